using Homer.Engine.Contexts;
using Homer.Engine.Generation;

namespace Homer.Engine;

/// <summary>
/// Questions and answers, turn after turn, optionally about a document. Every turn is asked over all that was said before: in one piece while
/// that fits the model's window, by hierarchical merging once it does not. What is kept is thus chosen anew for each question, and memory
/// stays that of one answer however long the conversation.
/// </summary>
/// <param name="engine">The model; not owned.</param>
/// <param name="document">What the conversation is about; may be empty and of any length.</param>
public sealed class Conversation(HomerEngine engine, string document = "")
{
    private readonly int[] prefix = engine.Tokenizer.Encode(engine.Template.Prefix, beginOfSequence: true);
    private readonly List<int> history = [.. engine.Tokenizer.Encode(document)];

    /// <summary>Tokens of the document and of all turns so far.</summary>
    public int Length => history.Count;

    /// <summary>Asks a question and yields the answer piece by piece; both become part of the conversation when the answer is complete.</summary>
    /// <param name="question">The question.</param>
    /// <param name="options">How the answer is written; the template's stop text is added to its own.</param>
    /// <param name="progress">Told the share of the reading that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops soon; the turn then leaves no trace.</param>
    /// <exception cref="HomerException">The question is empty, or memory does not suffice.</exception>
    public IEnumerable<string> Ask(
        string question, GenerationOptions? options = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new();
        options = options with { Stop = [.. options.Stop, engine.Template.Stop] };
        var input = new ContextInput(prefix, [.. history], engine.Tokenizer.Encode(engine.Template.Ask(question)));
        ContextRequest request = engine.Request(input, newTokens: options.MaxTokens, cancellation: cancellation);
        bool fits = input.Length + options.MaxTokens <= engine.Model.Config.Window;
        IContextMethod method = fits ? new PlainMethod() : new HomerMethod();
        using Context context = method.Read(request with { Progress = progress });
        string answer = "";
        foreach ((_, string text) in engine.Continue(context, options, input.Suffix, fits ? null : new(method, request), cancellation).Pieces)
        {
            // The space that sets an answer off from its question belongs to neither.
            string shown = answer.Length == 0 ? text.TrimStart() : text;
            answer += shown;
            yield return shown;
        }

        history.AddRange(input.Suffix);
        history.AddRange(engine.Tokenizer.Encode(answer.Trim()));
    }
}
