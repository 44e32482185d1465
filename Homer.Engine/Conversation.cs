using System.Text;
using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Engine;

/// <summary>
/// A sequence of questions and answers, optionally about a document. Every question is asked after the document and all turns before it: in
/// one cache while that fits the model's window, by hierarchical merging when it does not. The surviving tokens are thus chosen for each
/// question, and memory does not grow with the conversation, except for kept leaves.
/// </summary>
/// <remarks>
/// A turn reads only what is new: within the window, the cache of the last turn is continued from the first token that differs; beyond it,
/// unchanged leaves come from a <see cref="LeafStore"/>. The answers are those of reading everything again, within the window up to
/// rounding. Dispose a conversation before its engine.
/// </remarks>
public sealed class Conversation : IDisposable
{
    private readonly HomerEngine engine;
    private readonly Func<DocumentReader, LeafStore?>? keep;
    private readonly int[] read;
    private readonly List<(string Question, string Answer)> turns = [];
    private GrowingContext? growing;
    private LeafStore? leaves;
    private int? documentRoom;
    private int? length;
    private bool asking;
    private bool disposed;

    /// <summary>Begins a conversation.</summary>
    /// <param name="engine">The model; not owned.</param>
    /// <param name="document">The document; may be empty and of any length.</param>
    /// <param name="keep">
    /// The place where leaves are kept, chosen at the first turn that is merged; null for <see cref="LeafStore.Automatic"/>.
    /// </param>
    /// <param name="cancellation">Stops the encoding of the document soon.</param>
    public Conversation(
        HomerEngine engine, string document = "", Func<DocumentReader, LeafStore?>? keep = null, CancellationToken cancellation = default)
        : this(engine, new StringReader(NotNull.Of(document)), keep, cancellation)
    {
    }

    /// <summary>Begins a conversation about a document of any length.</summary>
    /// <param name="engine">The model; not owned.</param>
    /// <param name="document">The document, which is read to its end.</param>
    /// <param name="keep">
    /// The place where leaves are kept, chosen at the first turn that is merged; null for <see cref="LeafStore.Automatic"/>.
    /// </param>
    /// <param name="cancellation">Stops the encoding of the document soon.</param>
    public Conversation(
        HomerEngine engine, TextReader document, Func<DocumentReader, LeafStore?>? keep = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(document);
        this.engine = engine;
        this.keep = keep;
        read = engine.Prompt.Document(document, cancellation);
    }

    /// <summary>The number of tokens of the document and of all turns so far.</summary>
    public int Length => length ?? read.Length;

    /// <summary>The number of tokens of the document, all of which every question reads.</summary>
    public int DocumentTokens => read.Length;

    /// <summary>The number of leaves that the last reading used again.</summary>
    internal int ReusedLeaves => leaves?.Reused ?? 0;

    /// <summary>Asks a question and yields the answer in pieces; both join the conversation when the answer is complete.</summary>
    /// <param name="question">The question.</param>
    /// <param name="options">The settings of the answer; the template's stop text is added to theirs.</param>
    /// <param name="progress">Receives the share of the reading that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops soon; the conversation is then as before the question.</param>
    /// <exception cref="HomerException">The question is empty, or memory does not suffice.</exception>
    /// <exception cref="InvalidOperationException">The last answer was not taken to its end.</exception>
    public IEnumerable<string> Ask(
        string question, GenerationOptions? options = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(disposed, this);
        return engine.Gate.Each(AskAtOnce(question, options ?? new(), progress, joins: true, cancellation), cancellation);
    }

    /// <summary>
    /// Asks a question that does not join the conversation, and yields the answer in pieces. Leaves are kept for further questions, and
    /// within the window all is read anew: the answer is that of a new conversation.
    /// </summary>
    internal IEnumerable<string> AskAside(string question, GenerationOptions? options, CancellationToken cancellation) =>
        engine.Gate.Each(AskAtOnce(question, options ?? new(), null, joins: false, cancellation), cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        growing?.Dispose();
        leaves?.Dispose();
    }

    private IEnumerable<string> AskAtOnce(
        string question, GenerationOptions options, Action<double>? progress, bool joins, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (asking)
            throw new InvalidOperationException("The last answer of this conversation was not taken to its end; finish it first.");
        asking = true;
        try
        {
            foreach (string piece in AskNext(question, options, progress, joins, cancellation))
                yield return piece;
        }
        finally
        {
            asking = false;
            if (!joins)
                growing?.Dispose();
        }
    }

    private IEnumerable<string> AskNext(
        string question, GenerationOptions options, Action<double>? progress, bool joins, CancellationToken cancellation)
    {
        options = options with
        {
            Stop = [.. options.Stop, engine.Prompt.Stop],
            Thinking = options.Thinking ?? engine.Prompt.Thinking,
        };
        ContextInput input = engine.Prompt.Next(read, turns, question);
        IEnumerable<string> pieces = input.Length + options.AllTokens <= engine.Model.Config.Window
            ? AskInWindow(input, options, progress, cancellation)
            : AskMerged(input, options, progress, cancellation);
        var answer = new StringBuilder();
        var shown = new AnswerText();
        foreach (string piece in pieces)
        {
            string text = shown.Append(piece);
            answer.Append(text);
            yield return text;
        }

        if (!joins)
            yield break;
        string said = answer.ToString().Trim();
        turns.Add((question, said));
        length = input.Document.Count + input.Suffix.Count + engine.Prompt.Document(said, cancellation).Length;
    }

    private IEnumerable<string> AskInWindow(
        ContextInput input, GenerationOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        growing ??= new(engine.Model);
        KvContext context = growing.Read(input.Tokens(), options.AllTokens, progress, cancellation);
        Continuation continuation = engine.Continue(context, options, input.Suffix, cancellation: cancellation);
        bool complete = false;
        try
        {
            foreach ((_, string text) in continuation.Pieces)
                yield return text;
            growing.Appended(continuation.Tokens);
            complete = true;
        }
        finally
        {
            // A context that was interrupted in the middle of a token cannot be used any more.
            if (!complete)
                growing.Dispose();
        }
    }

    private IEnumerable<string> AskMerged(
        ContextInput input, GenerationOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        growing?.Dispose();
        growing = null;
        ContextRequest request = engine.Request(input, options.AllTokens, cancellation);
        HomerMethod merging = engine.Merging(engine.Prompt.Preset with { FullLeaves = true });
        if (documentRoom is null)
        {
            var first = new DocumentReader(merging, request, options);
            leaves = keep is null ? first.KeepAutomatically() : keep(first);
            documentRoom = merging.DocumentRoom(request);
        }

        var reader = new DocumentReader(merging.WithDocumentRoom(request, documentRoom.Value), request, options);
        reader.Keep(leaves);
        using KvContext context = reader.Read(progress);
        foreach ((_, string text) in reader.Continue(context, engine.Tokenizer, options).Pieces)
            yield return text;
    }
}
