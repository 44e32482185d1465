using System.IO.Enumeration;
using Homer.Engine.Calibration;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Models;

namespace Homer.Engine.Books;

/// <summary>
/// Documents that were read once, in a file: of each file the text, the tokens and the keys by which recall finds passages. Any number of
/// questions may be asked without reading a document again. Thread safe; a book that is open stays as it is while it is updated.
/// </summary>
public sealed class Book : IDisposable
{
    private readonly Lock gate = new();
    private BookDocument? last;

    private Book(string path)
    {
        Path = path;
        Bytes = new(path);
        try
        {
            (Header, Files) = Guard(() =>
            {
                (BookHeader header, int start) = BookHeader.Read(Bytes, BookHeader.Magic);
                BookFile[] files = [.. BookEntry.Read(Bytes, header, start).Select(entry => new BookFile(this, entry))];
                return (header, files);
            });
        }
        catch
        {
            Bytes.Dispose();
            throw;
        }
    }

    /// <summary>The path of the book.</summary>
    public string Path { get; }

    /// <summary>The files, in ordinal order of their paths.</summary>
    public IReadOnlyList<BookFile> Files { get; }

    /// <summary>The name of the model that read the files.</summary>
    public string Model => Header.Model;

    /// <summary>The path where the model lay when it read the files; empty for one that its name finds.</summary>
    public string ModelPath => Header.ModelPath;

    /// <summary>The heads whose keys are kept.</summary>
    public IReadOnlyList<RecallHead> Heads => Header.Heads;

    /// <summary>The number of tokens of all files.</summary>
    public long Tokens => Files.Sum(file => (long)file.Tokens);

    /// <summary>The bytes of the book.</summary>
    internal BookBytes Bytes { get; }

    /// <summary>The settings that made the keys.</summary>
    internal BookHeader Header { get; }

    /// <summary>Opens a book; its files are read when they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="HomerException">The file cannot be read, or is no whole book.</exception>
    public static Book Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(path);
    }

    /// <summary>Returns whether a file begins like a book; false for one that cannot be read.</summary>
    /// <param name="path">The file.</param>
    public static bool LooksLikeBook(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Begins(path, BookHeader.Magic);
    }

    /// <summary>Returns the files whose path or last name fits one of the patterns, in which * and ? stand for any characters.</summary>
    /// <param name="patterns">The patterns; none for all files.</param>
    /// <exception cref="HomerException">A pattern fits no file.</exception>
    public IReadOnlyList<BookFile> Matching(IReadOnlyList<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Count == 0)
            return Files;
        foreach (string pattern in patterns)
        {
            if (!Files.Any(file => Fits(pattern, file.Path)))
            {
                throw new HomerException(
                    $"No file of {Quoted.Path(Path)} fits {Quoted.Text(pattern)}; its first is {Quoted.Text(Files[0].Path)}.");
            }
        }

        return [.. Files.Where(file => patterns.Any(pattern => Fits(pattern, file.Path)))];
    }

    /// <summary>Returns files as one document; the last one is kept for further questions.</summary>
    /// <param name="files">Files of this book, in their order.</param>
    /// <exception cref="HomerException">The book is cut or altered.</exception>
    public BookDocument Document(IReadOnlyList<BookFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        lock (gate)
        {
            if (last is null || !last.Files.SequenceEqual(files))
                last = new(files);
            return last;
        }
    }

    /// <summary>Returns recall with the keys of this book, so that it reads none of the document's tokens.</summary>
    /// <param name="engine">The model that read the files.</param>
    /// <param name="document">The document.</param>
    /// <param name="options">The settings; null for what was learned of the model. Heads and chunks are those of the book.</param>
    /// <exception cref="HomerException">The book was read by another model, or by other heads.</exception>
    public RecallMethod Method(HomerEngine engine, BookDocument document, RecallOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(document);
        RequireModel(engine.Model);
        string heads = string.Join('+', Heads);
        if (options?.Heads is { } others && others != heads)
        {
            throw new HomerException(
                $"{Quoted.Path(Path)} holds the keys of the heads {heads}, not of {Quoted.Text(others)}; leave the heads out.");
        }

        int[] prefix = engine.Prompt.Prefix();
        if (!Header.Follows(prefix))
        {
            throw new HomerException(
                $"{Quoted.Path(Path)} was read behind other instructions than the model has now; "
                + "read its files anew with homer read --anew.");
        }

        options = (options ?? new()) with { Heads = heads, Chunk = Header.Chunk, Overlap = Header.Overlap };
        RopeScaling scaling = engine.Model.Config.RopeScaling;
        ResolvedRecallOptions resolved = options.Resolve(engine.Model.Config, scaling, engine.Calibration?.Recall);
        var key = new RecallKey(prefix, document.Tokens, resolved, scaling);
        var method = (RecallMethod)engine.Calibrated(new RecallMethod(options));
        return method.WithMemory(RecallMemory.OfBook(key, document.Parts, document.Starts));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Bytes.Dispose();

    /// <summary>Returns whether a file begins with bytes.</summary>
    internal static bool Begins(string path, ReadOnlySpan<byte> magic)
    {
        // A pipe would lose what is looked at.
        if (FileStatus.Of(path).Kind != FileKind.Regular)
            return false;
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> first = stackalloc byte[magic.Length];
            return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.SequenceEqual(magic);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return false;
        }
    }

    /// <summary>Reads from the file; what is cut or altered becomes one sentence.</summary>
    internal T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new HomerException(
                $"{Quoted.Path(Path)} is not a whole book: {e.Message.TrimEnd('.')}; make it anew with homer read --anew.", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new ObjectDisposedException($"The book {Quoted.Path(Path)} is closed.", e);
        }
    }

    /// <summary>Refuses a model that did not read the files.</summary>
    internal void RequireModel(TransformerModel model)
    {
        if (Header.Difference(model) is { } difference)
        {
            throw new HomerException(
                $"{Quoted.Path(Path)} was read by the model {Quoted.Text(Model)}, made with {difference}; "
                + "give that model, or read the files anew with homer read --anew.");
        }

        if (Header.HeadDim != model.Config.HeadDim)
        {
            throw new HomerException(
                $"{Quoted.Path(Path)} has keys of another length than the model's; make it anew with homer read --anew.");
        }
    }

    private static bool Fits(string pattern, string path) =>
        FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, path.AsSpan(path.LastIndexOf('/') + 1), ignoreCase: false);
}
