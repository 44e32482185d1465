using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// The key of a leaf: the SHA-256 of everything that its part before the question depends on, which is the model and the processor (<see
/// cref="Provenance"/>), the RoPE table, the layers, the element type of keys and values, and the tokens. It does not depend on the place
/// in the document, since the positions of every leaf begin at 0.
/// </summary>
internal static class LeafKey
{
    /// <summary>Returns the keys of all leaves of a reading, from left to right, as hexadecimal digits.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="rope">The RoPE table.</param>
    /// <param name="provenance">The model and the processor.</param>
    public static string[] Of(HomerReading reading, RopeTable rope, Provenance provenance)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        MergePlan plan = reading.Plan;
        ContextRequest request = reading.Request;
        byte[] common = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(' ', provenance.Entries)} {plan.LeafLayers} {request.ResolvedCacheType} "
            + $"{rope.Magnitude:R} {plan.PrefixLength} {plan.Overlap}{Attention(request.Model.Config)}"));
        int[] prefix = [.. request.Input.Prefix], document = [.. request.Input.Document];
        var keys = new string[plan.LeafCount];
        for (int leaf = 0; leaf < keys.Length; leaf++)
        {
            int own = leaf * plan.LeafDocumentLength, start = Math.Max(0, own - plan.Overlap);
            int end = Math.Min(own + plan.LeafDocumentLength, document.Length);
            hash.AppendData(common);
            hash.AppendData(MemoryMarshal.AsBytes(rope.Frequencies));
            hash.AppendData(MemoryMarshal.AsBytes<int>(prefix));
            hash.AppendData(MemoryMarshal.AsBytes(document.AsSpan(start..end)));
            keys[leaf] = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        return keys;
    }

    /// <summary>
    /// Returns what leaves depend on in models whose attention is not the usual one; empty for others, whose keys it leaves as they were.
    /// </summary>
    private static string Attention(ModelConfig config) => config.HasUsualAttention ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $" {config.SlidingWindow} {string.Join(',', config.WindowedLayers.Order())} {config.WindowedRope} {config.AttentionSoftCap:R} "
        + $"{config.QueryGrowth}");
}
