using Homer.Cli.Output;
using Homer.Engine.Books;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>A file of a book that is not what was read any more. Quotes are of the text that was read, which the book holds.</summary>
/// <param name="File">The path in the book.</param>
/// <param name="Reason">A sentence that says what is different.</param>
internal sealed record StaleFile(string File, string Reason)
{
    private const int MostNotes = 10;

    /// <summary>Returns the files that an answer rests on and that are changed or gone; null where there is none.</summary>
    /// <param name="reader">The reading.</param>
    /// <param name="files">The files that were asked about.</param>
    /// <param name="passages">The passages that are shown; null for none.</param>
    public static IReadOnlyList<StaleFile>? Of(DocumentReader reader, IReadOnlyList<AskedFile> files, IReadOnlyList<Passage>? passages)
    {
        IReadOnlyList<int> tokens = (reader.Plan as RecallReading)?.Passages ?? [];
        HashSet<string> quoted = [.. (passages ?? []).Select(passage => passage.File)];
        int next = 0;
        List<AskedFile> used = [];
        foreach (AskedFile file in files)
        {
            int before = next;
            while (next < tokens.Count && tokens[next] < file.Start + file.Tokens)
                next++;
            if (next > before || quoted.Contains(file.Path))
                used.Add(file);
        }

        return Of(used);
    }

    /// <summary>Returns those of some files that are changed or gone; null where there is none.</summary>
    public static IReadOnlyList<StaleFile>? Of(IEnumerable<AskedFile> files)
    {
        StaleFile[] stale =
        [
            .. files.Select(file => (file.Path, State: file.InBook?.Source() ?? BookSource.Same)).Where(one => one.State != BookSource.Same)
                .Select(one => new StaleFile(one.Path, Sentence(one.Path, one.State))),
        ];
        return stale.Length == 0 ? null : stale;
    }

    /// <summary>Writes a sentence for each file to stderr.</summary>
    public static void Note(IReadOnlyList<StaleFile>? stale)
    {
        foreach (StaleFile file in (stale ?? []).Take(MostNotes))
            Terminal.Note(file.Reason);
        if (stale?.Count > MostNotes)
            Terminal.Note($"{stale.Count - MostNotes} further files are changed or gone.");
    }

    private static string Sentence(string path, BookSource state) => state == BookSource.Changed
        ? $"{Quoted.Path(path)} has changed since it was read; what is quoted is the text that was read, and homer read takes the new one."
        : $"{Quoted.Path(path)} is not there any more; what is quoted is the text that was read.";
}
