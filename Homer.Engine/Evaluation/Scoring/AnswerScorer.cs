using System.Text;
using System.Text.RegularExpressions;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>Lets the model answer by greedy decoding and compares the answer with the expected one.</summary>
public sealed class AnswerScorer : IScorer
{
    private const int LongestBareAnswer = 24;

    private readonly GenerationOptions options;
    private readonly bool bare;

    private AnswerScorer(string expected, GenerationOptions options, bool bare)
    {
        Expected = expected;
        this.options = options;
        this.bare = bare;
    }

    /// <summary>The expected answer.</summary>
    public string Expected { get; }

    /// <inheritdoc/>
    public int NewTokens => options.MaxTokens;

    /// <summary>
    /// Creates the scorer of a question whose answer is begun: the continuation must equal what is expected, and nothing is reread.
    /// </summary>
    /// <param name="expected">The rest of the answer.</param>
    /// <param name="tokens">The number of tokens of the rest.</param>
    public static AnswerScorer OfContinuation(string expected, int tokens)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new(expected, new GenerationOptions { MaxTokens = tokens, Confidence = 0 }, bare: false);
    }

    /// <summary>
    /// Creates the scorer of a bare question: the answer must contain what is expected, and if the model is unsure, the document is read
    /// again where the method allows it, as <c>homer ask</c> does.
    /// </summary>
    /// <param name="expected">The text that the answer must contain as a whole word or number.</param>
    /// <param name="stop">The text at which an answer ends, besides a full stop.</param>
    public static AnswerScorer OfBareQuestion(string expected, string stop)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(stop);
        return new(expected, new GenerationOptions { MaxTokens = LongestBareAnswer, Stop = [".", stop] }, bare: true);
    }

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, DocumentReader reader, KvContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(reader);
        var text = new StringBuilder();
        Continuation continuation = bare
            ? reader.Continue(context, engine.Tokenizer, options)
            : engine.Continue(context, options, cancellation: reader.Request.Cancellation);
        foreach ((_, string piece) in continuation.Pieces)
            text.Append(piece);
        string answer = text.ToString().Trim();
        return new(answer, Expected, bare ? Contains(answer, Expected) : answer == Expected.Trim());
    }

    /// <summary>Returns true if a text contains the answer, and not as part of a longer word or number.</summary>
    internal static bool Contains(string text, string answer) =>
        Regex.IsMatch(text, $@"(?<!\w){Regex.Escape(answer)}(?!\w)", RegexOptions.CultureInvariant);
}
