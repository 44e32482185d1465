using Homer.Engine.Contexts;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Generation;

/// <summary>A text being continued; enumerate <see cref="Pieces"/> once.</summary>
public sealed class Continuation
{
    private readonly List<int> tokens = [];

    internal Continuation(
        HomerEngine engine, KvContext context, GenerationOptions options, IEnumerable<int>? history, ConfidenceRereading? rereading, CancellationToken cancellation) =>
        Pieces = Run(engine, context, options, history, rereading, cancellation);

    /// <summary>Each new token with the text that became certain by it; the text may be empty.</summary>
    public IEnumerable<(int Token, string Text)> Pieces { get; }

    /// <summary>The new tokens so far.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>Why the text ended, once it has.</summary>
    public FinishReason? FinishReason { get; private set; }

    private IEnumerable<(int Token, string Text)> Run(
        HomerEngine engine, KvContext context, GenerationOptions options, IEnumerable<int>? history, ConfidenceRereading? rereading, CancellationToken cancellation)
    {
        using var generator = new Generator(engine.Model, options);
        StreamingDecoder decoder = engine.Tokenizer.CreateDecoder(continues: true);
        var stop = new StopText(options.Stop);
        foreach (int token in generator.Generate(context, history, rereading, cancellation))
        {
            tokens.Add(token);
            yield return (token, stop.Append(decoder.Append(token)));
            if (stop.Stopped)
                break;
        }

        FinishReason = stop.Stopped ? Generation.FinishReason.Stop : generator.FinishReason;
        if (stop.Append(decoder.Flush()) + stop.Flush() is { Length: > 0 } rest)
            yield return (tokens[^1], rest);
    }
}
