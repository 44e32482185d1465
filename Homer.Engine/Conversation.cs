using System.Text;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Engine;

/// <summary>
/// Questions and answers, turn after turn, optionally about a document. Every turn is asked over all that was said before: in one piece
/// while that fits the model's window, by hierarchical merging once it does not. What survives is thus chosen anew for each question, and
/// memory stays that of one answer and what is kept of the turns before, however long the conversation.
/// </summary>
/// <remarks>
/// A turn reads only what is new: within the window the context of the last turn goes on where this one differs from it; beyond, leaves
/// that have not changed come from a <see cref="LeafStore"/>. Answers are those of reading everything afresh, within the window up to
/// rounding. Free it before the engine.
/// </remarks>
/// <param name="engine">The model; not owned.</param>
/// <param name="document">The document that the conversation is about; may be empty and of any length.</param>
/// <param name="keep">
/// The place where leaves are kept, chosen at the first turn that is merged; null for <see cref="LeafStore.Automatic"/>.
/// </param>
public sealed class Conversation(HomerEngine engine, string document = "", Func<DocumentReader, LeafStore?>? keep = null) : IDisposable
{
    private readonly int[] prefix = engine.Tokenizer.Encode(engine.Template.Prefix, beginOfSequence: true);
    private readonly List<int> history = [.. engine.Tokenizer.Encode(document)];
    private GrowingContext? growing;
    private LeafStore? leaves;
    private int? documentRoom;

    /// <summary>The number of tokens of the document and of all turns so far.</summary>
    public int Length => history.Count;

    /// <summary>
    /// Asks a question and yields the answer piece by piece; both become part of the conversation when the answer is complete.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="options">The settings of the answer; the template's stop text is added to its own.</param>
    /// <param name="progress">Receives the share of the reading that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops soon; the turn then leaves no trace.</param>
    /// <exception cref="HomerException">The question is empty, or memory does not suffice.</exception>
    public IEnumerable<string> Ask(
        string question, GenerationOptions? options = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options = options with { Stop = [.. options.Stop, engine.Template.Stop] };
        var input = new ContextInput(prefix, [.. history], engine.Tokenizer.Encode(engine.Template.Ask(question)));
        IEnumerable<string> pieces = input.Length + options.MaxTokens <= engine.Model.Config.Window
            ? AskInOnePiece(input, options, progress, cancellation)
            : AskMerged(input, options, progress, cancellation);
        var answer = new StringBuilder();
        var shown = new AnswerText();
        foreach (string piece in pieces)
        {
            string text = shown.Append(piece);
            answer.Append(text);
            yield return text;
        }

        history.AddRange(input.Suffix);
        history.AddRange(engine.Tokenizer.Encode(answer.ToString().Trim()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        growing?.Dispose();
        leaves?.Dispose();
    }

    private IEnumerable<string> AskInOnePiece(
        ContextInput input, GenerationOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        growing ??= new(engine.Model);
        KvContext context = growing.Read(input.Tokens(), options.MaxTokens, progress, cancellation);
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
            // A context that was cut off in the middle of a token is of no more use.
            if (!complete)
                growing.Dispose();
        }
    }

    private IEnumerable<string> AskMerged(
        ContextInput input, GenerationOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        growing?.Dispose();
        growing = null;
        ContextRequest request = engine.Request(input, options.MaxTokens, cancellation);
        HomerMethod merging = engine.Merging(HomerOptions.Best with { FullLeaves = true });
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
