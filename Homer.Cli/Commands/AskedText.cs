using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Homer.Cli.Options;
using Homer.Engine;
using Homer.Engine.Books;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Listing;
using Homer.Engine.Locations;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Recall;

namespace Homer.Cli.Commands;

/// <summary>The text that a question is about: files as one document, or files of a book.</summary>
internal sealed class AskedText : IDisposable
{
    // Enough to tell one kind of text from another.
    private const int HeadLength = 4000;

    private readonly DocumentText? text;
    private readonly IReadOnlyList<BookFile> files = [];
    private BookDocument? document;

    private AskedText(string name, DocumentText text) => (Name, this.text) = (name, text);

    private AskedText(string name, Book book, string[] patterns)
    {
        (Name, Book) = (name, book);
        files = book.Matching(patterns);
    }

    /// <summary>The book; null for text files.</summary>
    public Book? Book { get; }

    /// <summary>The paths as they were given.</summary>
    public string Name { get; }

    /// <summary>Whether the texts are kept, so that they can be quoted.</summary>
    public bool KeepsAll { set => text?.KeepsAll = value; }

    /// <summary>The beginning of the text, as far as it was read.</summary>
    public string Head => text?.Head ?? Encoding.UTF8.GetString(files[0].Text().AsSpan(0, Math.Min(HeadLength, files[0].TextBytes)));

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
        List<TextReader> texts = [];
        try
        {
            foreach (string path in paths)
                texts.Add(InputFile.OpenDocument(path));
            return new(name, new DocumentText(texts.Count == 1 ? texts[0] : new JoinedText(texts)));
        }
        catch
        {
            texts.ForEach(one => one.Dispose());
            throw;
        }
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

    /// <summary>Checks the words of a command line: paths, and last the question.</summary>
    public static void Check(ArgumentResult words, Option<string[]> document)
    {
        if (words.Tokens.Count == 0)
            return;
        string[] given = [.. words.Tokens.Select(token => token.Value)];
        if (string.IsNullOrWhiteSpace(given[^1]))
            words.AddError("the question is empty; ask something about the document");
        else if (given.Length == 1 && words.GetResult(document) is null)
            words.AddError("--document is missing: give a file or a book to ask about before the question");
        else if (!given[^1].Contains(' ', StringComparison.Ordinal) && Array.FindIndex(given[..^1], IsNoPath) is >= 0 and int i)
            words.AddError($"{Quoted.Text(given[i + 1])} is one word too many for homer ask; put what belongs together into quotes");

        // A word of a question that was not quoted.
        static bool IsNoPath(string word) => word.IndexOfAny(['.', '/', '\\', '-']) < 0 && !Path.Exists(word);
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

    /// <summary>Encodes a question.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="question">The question.</param>
    /// <param name="prefix">The text before the document; null for the usual one.</param>
    /// <param name="answer">The text that the answer begins with.</param>
    /// <param name="cancellation">Stops between pieces of the document.</param>
    public ContextInput Encode(HomerEngine engine, string question, string? prefix, string answer, CancellationToken cancellation)
    {
        if (Book is null)
            return engine.Prompt.Encode(text!, question, prefix, answer, cancellation);
        Book.RequireModel(engine.Model);
        document = Book.Document(files);
        return engine.Prompt.Encode(document.Ids, question, prefix, answer);
    }

    /// <summary>Returns the method with the keys of the book, for a book.</summary>
    public IContextMethod WithKeys(HomerEngine engine, IContextMethod method) =>
        Book is null ? method : Book.Method(engine, document!, ((RecallMethod)method).Options);

    /// <summary>Returns the files, or several of them that are one document.</summary>
    /// <param name="tokens">The number of tokens of the document.</param>
    public IReadOnlyList<AskedFile> Files(int tokens) => document is null
        ? [new(Name, 0, tokens, () => text!.All!)]
        : [.. document.Files.Select((file, i) => new AskedFile(
            file.Path, document.Starts[i], file.Tokens, () => Encoding.UTF8.GetString(file.Text())))];

    /// <inheritdoc/>
    public void Dispose()
    {
        text?.Dispose();
        Book?.Dispose();
    }
}
