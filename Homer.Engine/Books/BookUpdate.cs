using System.Diagnostics;
using System.Security.Cryptography;
using Homer.Engine.Checks;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;

namespace Homer.Engine.Books;

/// <summary>
/// Reads files into a book, or into one that is there already: files that have not changed are taken from it, changed and new ones are
/// read, and those that are gone vanish. The book is replaced when all is read. What was read before is not read again after the reading
/// was stopped or killed: it is in a file beside the book, whose name ends in .part.
/// </summary>
/// <param name="engine">The model.</param>
/// <param name="path">The path of the book.</param>
public sealed class BookUpdate(HomerEngine engine, string path)
{
    private const int MostFileBytes = 1_000_000_000;

    private readonly HomerEngine engine = NotNull.Of(engine);
    private readonly string path = FileTrouble.FullPath(path);

    /// <summary>The settings; null for what was learned of the model.</summary>
    public RecallOptions? Options { get; init; }

    /// <summary>Whether all files are read, whatever the book holds.</summary>
    public bool Anew { get; init; }

    /// <summary>Receives how far the reading is, after each chunk.</summary>
    public Action<BookProgress>? Progress { get; init; }

    /// <summary>Receives sentences about bytes of texts that could not be decoded.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>The path of the file of progress.</summary>
    public string PartPath => path + ".part";

    /// <summary>Refuses a path that a book cannot be written to: there is a file that is none.</summary>
    /// <param name="path">The path of the book.</param>
    /// <exception cref="HomerException">There is another file.</exception>
    public static void RequireReplaceable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (File.Exists(path) && !Book.LooksLikeBook(path))
            throw new HomerException($"{Quoted.Path(path)} is no book and will not be replaced; give the name of a new file.");
    }

    /// <summary>Reads files.</summary>
    /// <param name="paths">Files, and folders with those below them.</param>
    /// <param name="cancellation">Stops soon; what was read stays in the file of progress.</param>
    /// <returns>What was done; without any file in the book where none could be read, and the book is then as it was.</returns>
    /// <exception cref="HomerException">
    /// The book is of another model or setting, another process writes it, or it cannot be written.
    /// </exception>
    public BookReport Run(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var clock = Stopwatch.StartNew();
        RequireReplaceable(path);
        int[] prefix = engine.Prompt.Prefix();
        ResolvedRecallOptions options =
            (Options ?? new()).Resolve(engine.Model.Config, engine.Model.Config.RopeScaling, engine.Calibration?.Recall);
        KeyReader.RoomOf(options, prefix.Length);
        var header = BookHeader.Of(engine, options, prefix);
        // From here on nobody else writes this book.
        using var part = new BookPart(PartPath, header, Anew);
        using Book? old = !Anew && File.Exists(path) ? Book.Open(path) : null;
        if (old?.Header.Difference(header) is { } difference)
        {
            throw new HomerException(
                $"{Quoted.Path(path)} was made with {difference}; read with the same, or all files anew with --anew.");
        }

        (SortedDictionary<string, string> found, List<SkippedFile> skipped) = BookSources.Find(
            paths, file => FileStatus.AreSame(file, path) || FileStatus.AreSame(file, PartPath));
        Dictionary<string, BookFile> before = old?.Files.ToDictionary(file => file.Path) ?? [];
        List<(string Name, string Path, long Bytes)> changed = [];
        var content = new SortedDictionary<string, BookFile?>(StringComparer.Ordinal);
        foreach ((string name, string file) in found)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!TryHash(file, out string hash, out long bytes, out string reason))
                skipped.Add(new(name, reason));
            else if (before.GetValueOrDefault(name) is { } same && same.Hash == hash)
                content[name] = same;
            else
                changed.Add((name, file, bytes));
        }

        var report = new BookReport(path, skipped) { Kept = content.Count };
        var read = new Dictionary<string, string>();
        using (var reading = new FileReading(engine, options, prefix, part))
        {
            reading.Begin(changed.Sum(file => file.Bytes), Progress);
            foreach ((string name, string file, long bytes) in changed)
            {
                if (TryRead(file, out byte[] raw, out string text, out string reason))
                {
                    string hash = Convert.ToHexStringLower(SHA256.HashData(raw));
                    reading.Read(name, hash, text, bytes, cancellation);
                    read[name] = hash;
                    content[name] = null;
                }
                else
                {
                    skipped.Add(new(name, reason));
                    reading.PassOver(bytes);
                }
            }
        }

        (report.Files, report.Read) = (content.Count, read.Count);
        report.Removed = content.Count == 0 ? 0 : before.Keys.Count(name => !content.ContainsKey(name));
        if (content.Count > 0 && (report.Read > 0 || report.Removed > 0 || old is null))
            report.Tokens = BookWriter.Write(path, header, content, (name, write) => part.WriteSection(name, read[name], write));
        else if (content.Count > 0)
            report.Tokens = old!.Tokens;
        // What was read of files that vanish now would not be used again.
        part.Delete();
        report.Bytes = File.Exists(path) ? new FileInfo(path).Length : 0;
        report.Seconds = clock.Elapsed.TotalSeconds;
        return report;
    }

    private static bool TryHash(string file, out string hash, out long bytes, out string reason)
    {
        (hash, bytes, reason) = ("", 0, "");
        try
        {
            using FileStream stream = File.OpenRead(file);
            hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            bytes = stream.Length;
            return true;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            reason = FileTrouble.CannotRead(file, e).Message;
            return false;
        }
    }

    private bool TryRead(string file, out byte[] raw, out string text, out string reason)
    {
        (raw, text, reason) = ([], "", "");
        try
        {
            raw = FileContent.Read(file, MostFileBytes);
            using var stream = new MemoryStream(raw, writable: false);
            using TextReader reader = TextFile.OpenOnce(stream, Quoted.Path(file), Note);
            text = reader.ReadToEnd();
            return true;
        }
        catch (HomerException e)
        {
            reason = e.Message;
            return false;
        }
    }
}
