using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Books;
using Homer.Engine.Files;

namespace Homer.Cli.Commands;

/// <summary>A text file that a question is about. Of folders there may be many, so that each is opened when it is read.</summary>
internal sealed class TextSource : IDisposable
{
    private readonly string path;
    private DocumentText? text;

    private TextSource(string name, string path, DocumentText? text) => (Name, this.path, this.text) = (name, path, text);

    /// <summary>The path as people know it.</summary>
    public string Name { get; }

    /// <summary>The text, which is opened when it is first asked for.</summary>
    /// <exception cref="HomerException">The file cannot be read any more, or is no text.</exception>
    public DocumentText Text => text ??= InputFile.OpenDocument(path);

    /// <summary>Opens files, and those of folders; what a folder has beside texts is passed over with a reason on stderr.</summary>
    /// <param name="paths">The paths.</param>
    /// <exception cref="HomerException">A file cannot be read, or is no text; or a folder has none that can.</exception>
    public static IReadOnlyList<TextSource> Open(IReadOnlyList<string> paths)
    {
        List<TextSource> sources = [];
        try
        {
            foreach (string path in paths)
            {
                if (Directory.Exists(path))
                    sources.AddRange(OfFolder(path));
                else
                    sources.Add(new(path, path, InputFile.OpenDocument(path)));
            }

            return sources;
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => text?.Dispose();

    private static List<TextSource> OfFolder(string folder)
    {
        (SortedDictionary<string, string> found, List<SkippedFile> skipped) = BookSources.Find([folder], Book.LooksLikeBook);
        List<string> reasons = [.. skipped.Select(file => file.Reason)];
        List<TextSource> sources = [];
        foreach ((string name, string path) in found)
        {
            try
            {
                TextFile.Open(path).Dispose();
                sources.Add(new(name, path, null));
            }
            catch (HomerException e)
            {
                reasons.Add(e.Message);
            }
        }

        if (sources.Count == 0)
        {
            throw new HomerException(
                $"No file of the folder {Quoted.Path(folder)} could be read; give text files, or a folder that has some.");
        }

        foreach (string reason in reasons)
            Terminal.Note($"skipped: {reason}");
        return sources;
    }
}
