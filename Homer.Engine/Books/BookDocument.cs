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
        Tokens = new BookTokens(files, starts, (int)tokens);
        Parts = StreamedKeys.Joined([.. files.Select(file => file.Parts)], files.Count > 0 ? files[0].Book.Heads.Count : 1);
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<BookFile> Files { get; }

    /// <summary>The token ids of all files, one after the other, which are read from the book when they are asked for.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>The first token of each file in <see cref="Tokens"/>.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>The keys of the tokens, in order, which are read from the book whenever they are gone through.</summary>
    public IReadOnlyList<RecallPart> Parts { get; }
}
