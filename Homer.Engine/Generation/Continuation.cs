using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Generation;

/// <summary>The continuation of a text. Enumerate <see cref="Pieces"/> once; tokens are generated during the enumeration.</summary>
public sealed class Continuation
{
    private readonly List<int> tokens = [];

    /// <summary>Creates a continuation; nothing is generated yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="context">The context to continue; must have room for the new tokens.</param>
    /// <param name="options">The settings.</param>
    /// <param name="history">The last tokens of the input, for the repetition penalty.</param>
    /// <param name="rereading">Reads again for tokens that the model is unsure of; the context is then freed and replaced.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public Continuation(
        TransformerModel model, ITokenizer tokenizer, KvContext context, GenerationOptions options, IEnumerable<int>? history = null,
        IRereading? rereading = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        Pieces = Run();

        IEnumerable<(int Token, string Text)> Run()
        {
            var thought = new ThoughtTokens(options.Thinking, options.MaxTokens);
            using var generator = new Generator(model, options, tokenizer.EndOfSequence) { InsteadOfEnd = thought.InsteadOfEnd };
            StreamingDecoder decoder = tokenizer.CreateDecoder(continues: true);
            var stop = new StopText(options.Stop);
            generator.ReadsAgain = !thought.IsInside;
            foreach (int token in generator.Generate(context, history, rereading, cancellation))
            {
                tokens.Add(token);
                string text = thought.Mark(token) is { } mark ? decoder.Flush() + mark : decoder.Append(token);
                yield return (token, stop.Append(thought.Append(text)));
                Thought = thought.Text;
                if (stop.Stopped || thought.IsAnswerFull)
                    break;
                generator.Force(thought.Forced());
                generator.ReadsAgain = !thought.IsInside;
            }

            FinishReason = stop.Stopped ? Generation.FinishReason.Stop : generator.FinishReason ?? Generation.FinishReason.Length;
            string rest = stop.Append(thought.Append(decoder.Flush()) + thought.Flush()) + stop.Flush();
            Thought = thought.Text;
            if (rest.Length > 0)
                yield return (tokens[^1], rest);
        }
    }

    /// <summary>Each new token with the text that it completes, which may be empty.</summary>
    public IEnumerable<(int Token, string Text)> Pieces { get; private set; }

    /// <summary>The new tokens so far.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>The thought before the answer so far; empty where there is none.</summary>
    public string Thought { get; private set; } = "";

    /// <summary>The reason why the text ended, once it has.</summary>
    public FinishReason? FinishReason { get; private set; }

    /// <summary>Passes every piece through a function, such as one that lets one thread at a time use the model.</summary>
    /// <returns>This continuation.</returns>
    internal Continuation Through(Func<IEnumerable<(int Token, string Text)>, IEnumerable<(int Token, string Text)>> pass)
    {
        Pieces = pass(Pieces);
        return this;
    }
}
