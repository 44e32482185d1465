using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Recall;

/// <summary>The keys of the document that was read last, in host memory, for further questions about it. Not thread safe.</summary>
public sealed class RecallMemory
{
    private (RecallKey Key, IReadOnlyList<RecallPart> Parts)? kept;

    private bool isOfBook;

    /// <summary>The number of readings that took their keys from here.</summary>
    public int Reused { get; private set; }

    /// <summary>The keys of the chunks of this document and of others that were read before.</summary>
    internal RecallPieces Pieces { get; } = new();

    /// <summary>The first tokens of the files that the document consists of; null for one file.</summary>
    internal IReadOnlyList<int>? Bounds { get; private init; }

    /// <summary>Returns a memory that holds the keys of a document for good, so that no reading of another takes their place.</summary>
    /// <param name="key">The inputs that they depend on.</param>
    /// <param name="parts">The keys.</param>
    /// <param name="bounds">The first tokens of the files that the document consists of.</param>
    internal static RecallMemory OfBook(RecallKey key, IReadOnlyList<RecallPart> parts, IReadOnlyList<int> bounds) =>
        new() { kept = (key, parts), isOfBook = true, Bounds = bounds };

    /// <summary>Returns the keys of a document; null where others, or none, are kept.</summary>
    /// <exception cref="MethodSettingException">These are the keys of a book, and a reading with other settings asks for them.</exception>
    internal IReadOnlyList<RecallPart>? Take(RecallKey key)
    {
        if (kept is not { } held || !held.Key.Suits(key))
        {
            return isOfBook
                ? throw new MethodSettingException(
                    "The book was read with other settings, instructions or position scaling; ask with those, or read its files anew.")
                : null;
        }

        Reused++;
        return held.Parts;
    }

    /// <summary>Keeps the keys of a document in place of those that were kept.</summary>
    internal void Keep(RecallKey key, IReadOnlyList<RecallPart> parts)
    {
        kept = (key, parts);
        Pieces.Trim(parts);
    }
}

/// <summary>The inputs that the keys of a document depend on.</summary>
internal sealed record RecallKey(
    IReadOnlyList<int> Prefix, IReadOnlyList<int> Document, ResolvedRecallOptions Options, Models.RopeScaling Scaling)
{
    /// <summary>Returns whether keys that were made of this can be taken for others.</summary>
    public bool Suits(RecallKey other) =>
        SuitsSettings(other) && (ReferenceEquals(Document, other.Document) || Document.SequenceEqual(other.Document));

    /// <summary>Returns whether keys of the same tokens of a chunk are the same.</summary>
    public bool SuitsSettings(RecallKey other) =>
        Options.Chunk == other.Options.Chunk && Options.Overlap == other.Options.Overlap
        && Options.Heads.SequenceEqual(other.Options.Heads) && Scaling == other.Scaling
        && Prefix.SequenceEqual(other.Prefix);
}
