namespace Homer.Engine.Methods.Recall;

/// <summary>The keys of the document that was read last, in host memory, for further questions about it. Not thread safe.</summary>
public sealed class RecallMemory
{
    private (RecallKey Key, IReadOnlyList<RecallPart> Parts)? kept;

    /// <summary>The number of readings that took their keys from here.</summary>
    public int Reused { get; private set; }

    /// <summary>Returns the keys of a document; null where others, or none, are kept.</summary>
    internal IReadOnlyList<RecallPart>? Take(RecallKey key)
    {
        if (kept is not { } held || !held.Key.Suits(key))
            return null;
        Reused++;
        return held.Parts;
    }

    /// <summary>Keeps the keys of a document in place of those that were kept.</summary>
    internal void Keep(RecallKey key, IReadOnlyList<RecallPart> parts) => kept = (key, parts);
}

/// <summary>The inputs that the keys of a document depend on.</summary>
internal sealed record RecallKey(
    IReadOnlyList<int> Prefix, IReadOnlyList<int> Document, ResolvedRecallOptions Options, Models.RopeScaling Scaling)
{
    /// <summary>Returns whether keys that were made of this can be taken for others.</summary>
    public bool Suits(RecallKey other) =>
        Options.Chunk == other.Options.Chunk && Options.Overlap == other.Options.Overlap
        && Options.Heads.SequenceEqual(other.Options.Heads) && Scaling == other.Scaling
        && Prefix.SequenceEqual(other.Prefix) && (ReferenceEquals(Document, other.Document) || Document.SequenceEqual(other.Document));
}
