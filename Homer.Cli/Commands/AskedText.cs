using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Homer.Cli.Options;
using Homer.Cli.Survivors;
using Homer.Engine;
using Homer.Engine.Books;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Listing;
using Homer.Engine.Locations;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>The text that a question is about: files as one document, or files of a book.</summary>
internal sealed class AskedText : IDisposable
{
    // Enough to tell one kind of text from another.
    private const int HeadLength = 4000;

    private readonly IReadOnlyList<TextSource> texts = [];
    private readonly IReadOnlyList<BookFile> files = [];
    private BookDocument? document;

    private AskedText(string name, IReadOnlyList<TextSource> texts) => (Name, this.texts) = (name, texts);

    private AskedText(string name, Book book, string[] patterns)
    {
        (Name, Book) = (name, book);
        files = book.Matching(patterns);
    }

    /// <summary>The book; null for text files.</summary>
    public Book? Book { get; }

    /// <summary>The paths as they were given.</summary>
    public string Name { get; }

    /// <summary>The tokens of all files, one after the other; none before <see cref="Read"/>.</summary>
    public IReadOnlyList<int> Tokens { get; private set; } = [];

    /// <summary>The files, in their order; none before <see cref="Read"/>.</summary>
    public IReadOnlyList<AskedFile> Files { get; private set; } = [];

    /// <summary>The beginning of the text, as far as it was read.</summary>
    public string Head => Book is null
        ? texts[0].Text.Head
        : Encoding.UTF8.GetString(files[0].Text().AsSpan(0, Math.Min(HeadLength, files[0].TextBytes)));

    /// <summary>Creates the option for files of a book; every command needs an instance of its own.</summary>
    public static Option<string[]> Within() => new("--in")
    {
        Description = "Files of a book to ask about, by a pattern such as 'contract*'; may be repeated [default: all]",
        HelpName = "PATTERN",
    };

    /// <summary>Opens what a question is about; a book is known by its first bytes.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="patterns">The values of <c>--in</c>.</param>
    /// <exception cref="UsageException">A book is not alone, or there is none to choose files of.</exception>
    /// <exception cref="HomerException">A file cannot be read, or is no text and no book.</exception>
    public static AskedText Open(IReadOnlyList<string> paths, string[] patterns)
    {
        string name = string.Join(", ", paths);
        if (paths.FirstOrDefault(Engine.Books.Book.LooksLikeBook) is { } book)
        {
            if (paths.Count > 1)
                throw new UsageException($"{Quoted.Text(book)} is a book, which is asked alone; leave the other paths out.");
            var opened = Engine.Books.Book.Open(book);
            try
            {
                return new(name, opened, patterns);
            }
            catch
            {
                opened.Dispose();
                throw;
            }
        }

        if (patterns.Length > 0)
            throw new UsageException("--in chooses files of a book, and none was given; leave it out.");
        return new(name, TextSource.Open(paths));
    }

    /// <summary>Returns the method that reads: for a book recall, unless another was given, which is refused.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="paths">What the question is about.</param>
    /// <param name="method">The option of the method.</param>
    /// <exception cref="UsageException">A book is not read by the method, or an option has no effect on it.</exception>
    public static MethodChoice Choose(ParseResult parsed, string[] paths, Option<MethodChoice?> method)
    {
        if (!paths.Any(Engine.Books.Book.LooksLikeBook))
            return MethodOption.Read(parsed, method);
        MethodChoice choice = parsed.GetValue(method) ?? MethodChoice.Parse("recall");
        if (choice.Method is not RecallMethod)
            throw new UsageException($"A book is asked by --method recall, not {choice.Method.Name}; leave --method out.");
        return EffectTable.FindIdle(parsed, choice) is { } idle ? throw new UsageException(idle) : choice;
    }

    /// <summary>Checks the words of a command line: paths, and last the question, unless questions come from standard input.</summary>
    public static void Check(ArgumentResult words, Option<string[]> document, Option<bool> interactive)
    {
        string[] given = [.. words.Tokens.Select(token => token.Value)];
        if (words.GetResult(interactive) is { Implicit: false })
        {
            if (Array.Find(given, word => IsNoPath(word) && word.Contains(' ', StringComparison.Ordinal)) is { } question)
                words.AddError($"--interactive takes questions from standard input, and none beside it: leave {Quoted.Text(question)} out");
            return;
        }

        if (string.IsNullOrWhiteSpace(given[^1]))
            words.AddError("the question is empty; ask something about the document");
        else if (given.Length == 1 && words.GetResult(document) is null)
            words.AddError("--document is missing: give a file or a book to ask about before the question");
        else if (!given[^1].Contains(' ', StringComparison.Ordinal) && Array.FindIndex(given[..^1], IsNoPath) is >= 0 and int i)
            words.AddError($"{Quoted.Text(given[i + 1])} is one word too many for homer ask; put what belongs together into quotes");

        else if (Path.Exists(given[^1]))
        {
            words.AddError(
                $"the question is missing: {Quoted.Text(given[^1])} is there as a file or a folder, and the last argument is the question");
        }

        // A word of a question that was not quoted.
        static bool IsNoPath(string word) => word.IndexOfAny(['.', '/', '\\', '-']) < 0 && !Path.Exists(word);
    }

    /// <summary>Returns the paths of a command line, those of <c>--document</c> first, and its question.</summary>
    /// <param name="words">The words: paths, and last the question, unless questions come from standard input.</param>
    /// <param name="documents">The values of <c>--document</c>.</param>
    /// <param name="interactive">Whether questions come from standard input.</param>
    /// <exception cref="UsageException">There is nothing to ask about, or standard input would be a document and questions.</exception>
    public static (string[] Paths, string Question) Split(string[] words, string[] documents, bool interactive)
    {
        string[] paths = [.. documents, .. interactive ? words : words[..^1]];
        if (interactive && paths.Length == 0)
            throw new UsageException("--document is missing: give a file or a book to ask about; see homer ask --help.");
        if (interactive && paths.Contains("-"))
            throw new UsageException("--interactive takes questions from standard input, which cannot be a document then; give a file.");
        return (paths, interactive ? "" : words[^1]);
    }

    /// <summary>Returns the folder of the model that read the book, unless one was given; null for text files.</summary>
    /// <exception cref="HomerException">The model is not found.</exception>
    public string? ModelFolder(ParseResult parsed, Option<string> model)
    {
        if (Book is null || parsed.GetResult(model) is { Implicit: false })
            return null;
        if (Book.ModelPath.Length > 0 && Path.Exists(Book.ModelPath))
            return Book.ModelPath;
        if (Book.Model == ShippedModel.Name)
            return ShippedModel.Folder;
        if (HubName.Of(Book.Model) is not null)
        {
            try
            {
                if (ModelPath.Resolve(Book.Model) is var path && Path.Exists(path))
                    return path;
            }
            catch (HomerException)
            {
                // It may lie in another place.
            }
        }

        return ModelList.Find([]).SelectMany(place => place.Models).FirstOrDefault(found => found.Name == Book.Model)?.Path
            ?? throw new HomerException(
                $"{Quoted.Path(Book.Path)} was read by the model {Quoted.Text(Book.Model)}, which is not found here; give it by --model.");
    }

    /// <summary>Encodes the files, or takes the tokens of those of a book.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="keepsText">Whether the texts are kept, so that they can be quoted.</param>
    /// <param name="cancellation">Stops between pieces of the text.</param>
    /// <exception cref="HomerException">The book was read by another model, or it is cut or altered.</exception>
    public void Read(HomerEngine engine, bool keepsText, CancellationToken cancellation)
    {
        if (Book is not null)
        {
            Book.RequireModel(engine.Model);
            document = Book.Document(files);
            Tokens = document.Tokens;
            Files =
            [
                .. files.Select((file, i) => new AskedFile(
                    file.Path, document.Starts[i], file.Tokens, () => Encoding.UTF8.GetString(file.Text())) { InBook = file }),
            ];
            return;
        }

        List<int[]> ids = [];
        List<AskedFile> read = [];
        int start = 0;
        foreach (TextSource source in texts)
        {
            DocumentText text = source.Text;
            text.KeepsAll = keepsText;
            ids.Add(engine.Prompt.Document(text, cancellation));
            read.Add(new(source.Name, start, ids[^1].Length, () => text.All!));
            start += ids[^1].Length;
            source.Dispose();
        }

        (Tokens, Files) = (ids.Count == 1 ? ids[0] : Joined(ids, start), read);
    }

    /// <summary>Returns recall with the keys of the book, or with a place for those that it reads; other methods as they are.</summary>
    public IContextMethod WithKeys(HomerEngine engine, IContextMethod method) => method switch
    {
        RecallMethod recall when document is not null => Book!.Method(engine, document, recall.Options),
        RecallMethod recall => recall.WithMemory(new()),
        _ => method,
    };

    /// <summary>Returns passages with the tokens that they consist of, in their order.</summary>
    public IReadOnlyList<SourcePassage> Sources(IReadOnlyList<Passage> passages, ITokenizer tokenizer)
    {
        Dictionary<string, SourcePlaces> places = [];
        foreach (AskedFile file in Files.Where(file => passages.Any(passage => passage.File == file.Path)))
            places.TryAdd(file.Path, new(new TextDocument(file.Path, file.Text(), file.IdsIn(Tokens)), file.Start, tokenizer));
        return [.. passages.Select(passage => places[passage.File].Of(passage))];
    }

    private static int[] Joined(List<int[]> ids, int count)
    {
        var joined = new int[count];
        int start = 0;
        foreach (int[] own in ids)
        {
            own.CopyTo(joined, start);
            start += own.Length;
        }

        return joined;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TextSource source in texts)
            source.Dispose();
        Book?.Dispose();
    }
}
