using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Reading;

namespace Homer.Engine.Books;

/// <summary>Asks questions about books.</summary>
public static class BookAsking
{
    /// <summary>
    /// Answers a question about a book: the kept keys are searched for what the question looks for, and the passages that are found are
    /// read. Several threads may ask about one book.
    /// </summary>
    /// <param name="engine">The model that read the files.</param>
    /// <param name="book">The book.</param>
    /// <param name="question">The question.</param>
    /// <param name="patterns">The files to ask about, as in <see cref="Book.Matching"/>; null for all.</param>
    /// <param name="settings">The settings of recall; null for what was learned of the model.</param>
    /// <param name="options">The settings of the answer.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The question is empty, the book is of another model, or it is cut or altered.</exception>
    public static string Ask(
        this HomerEngine engine, Book book, string question, IReadOnlyList<string>? patterns = null, RecallOptions? settings = null,
        GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(question);
        options ??= new();
        options = options with
        {
            Stop = [.. options.Stop, engine.Prompt.Stop],
            Thinking = options.Thinking ?? engine.Prompt.Thinking,
        };
        BookDocument document = book.Document(book.Matching(patterns ?? []));
        ContextInput input = engine.Prompt.Encode(document.Tokens, question);
        RecallMethod method = book.Method(engine, document, settings);
        var reader = new DocumentReader(method, engine.Request(input, options.AllTokens, cancellation), options);
        using KvContext context = engine.Gate.Run(() => reader.Read(), cancellation);
        IEnumerable<string> pieces = reader.Continue(context, engine.Tokenizer, options).Pieces.Select(piece => piece.Text);
        return string.Concat(engine.Gate.Each(pieces, cancellation)).Trim();
    }
}
