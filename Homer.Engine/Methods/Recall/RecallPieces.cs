using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// The keys of chunks by the tokens that were read for them, so that a document that differs from others in a few places, or goes on where
/// one ended, costs its differences. Not thread safe.
/// </summary>
internal sealed class RecallPieces
{
    // Chunks of other documents are let go where there are this many times as many as the last document has.
    private const int MostDocuments = 8;

    private readonly Dictionary<string, RecallPart> parts = [];
    private RecallKey? settings;

    /// <summary>Returns the keys of a chunk, or reads and keeps them.</summary>
    /// <param name="key">The inputs that keys depend on besides the tokens of the chunk.</param>
    /// <param name="tokens">The tokens of the chunk, the overlap included.</param>
    /// <param name="overlap">The number of tokens that are read before its own.</param>
    /// <param name="read">Reads the chunk.</param>
    public RecallPart Part(RecallKey key, ReadOnlySpan<int> tokens, int overlap, Func<RecallPart> read)
    {
        if (settings is null || !settings.SuitsSettings(key))
            parts.Clear();
        settings = key;
        string name = $"{overlap} {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(tokens)))}";
        if (parts.TryGetValue(name, out RecallPart? part))
            return part;
        part = read();
        parts.Add(name, part);
        return part;
    }

    /// <summary>Lets chunks of other documents go, where there are many.</summary>
    /// <param name="document">The keys of the document that was read last.</param>
    public void Trim(IReadOnlyList<RecallPart> document)
    {
        if (parts.Count <= MostDocuments * document.Count)
            return;
        var own = new HashSet<RecallPart>(document, ReferenceEqualityComparer.Instance);
        foreach ((string name, _) in parts.Where(one => !own.Contains(one.Value)).ToList())
            parts.Remove(name);
    }
}
