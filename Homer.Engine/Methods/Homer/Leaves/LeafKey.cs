using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Leaves;

/// <summary>
/// What a leaf's part before the question depends on, as a SHA-256: the model, the rotations, the layers, how keys and values are stored, and
/// the tokens themselves. Where in the document they stand does not matter, since every leaf's positions begin at 0.
/// </summary>
internal static class LeafKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The keys of all leaves of a plan, from left to right, as hexadecimal digits.</summary>
    public static string[] Of(ContextRequest request, MergePlan plan, ResolvedHomerOptions options, RopeTable rope)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] common = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{request.Model.Fingerprint} {plan.LeafLayers} {options.CacheType} {rope.Magnitude:R} {plan.PrefixLength} {plan.Overlap}"));
        int[] prefix = [.. request.Input.Prefix], context = [.. request.Input.Document];
        var keys = new string[plan.LeafCount];
        for (int leaf = 0; leaf < keys.Length; leaf++)
        {
            int own = leaf * plan.LeafDocumentLength, start = Math.Max(0, own - plan.Overlap), end = Math.Min(own + plan.LeafDocumentLength, context.Length);
            hash.AppendData(common);
            hash.AppendData(MemoryMarshal.AsBytes(rope.Frequencies));
            hash.AppendData(MemoryMarshal.AsBytes<int>(prefix));
            hash.AppendData(MemoryMarshal.AsBytes(context.AsSpan(start..end)));
            keys[leaf] = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        return keys;
    }
}
