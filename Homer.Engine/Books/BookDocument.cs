using Homer.Engine.Methods.Recall;

namespace Homer.Engine.Books;

/// <summary>Files of a book in their order, as one document to ask about.</summary>
public sealed class BookDocument
{
    internal BookDocument(IReadOnlyList<BookFile> files)
    {
        Files = files;
        var starts = new int[files.Count];
        long tokens = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = (int)tokens;
            tokens += files[i].Tokens;
            if (tokens > int.MaxValue)
                throw new HomerException("These files have more tokens than can be asked about at once; ask about some of them.");
        }

        Starts = starts;
        Ids = new int[tokens];
        foreach ((int i, BookFile file) in files.Index())
            file.Ids().CopyTo(Ids, starts[i]);
        Parts = [.. files.SelectMany(file => file.Parts)];
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<BookFile> Files { get; }

    /// <summary>The token ids of all files, one after the other.</summary>
    public IReadOnlyList<int> Tokens => Ids;

    /// <summary>The first token of each file in <see cref="Tokens"/>.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>The keys of the tokens, in order.</summary>
    public IReadOnlyList<RecallPart> Parts { get; }

    /// <inheritdoc cref="Tokens"/>
    internal int[] Ids { get; }
}
