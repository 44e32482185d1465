using System.Text;
using System.Text.RegularExpressions;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Generation;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>Lets the model answer, always taking the most probable token, and compares texts.</summary>
public sealed class GreedyAnswer : IScorer
{
    private const int LongestBareAnswer = 24;

    private readonly GenerationOptions options;
    private readonly bool bare;

    private GreedyAnswer(string expected, GenerationOptions options, bool bare)
    {
        Expected = expected;
        this.options = options;
        this.bare = bare;
    }

    /// <summary>The right answer.</summary>
    public string Expected { get; }

    /// <inheritdoc/>
    public int NewTokens => options.MaxTokens;

    /// <summary>
    /// A question with the answer begun, so that its last token is the one that predicts the answer: the continuation must be the answer,
    /// and nothing is read again.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="question">The question and the answer's beginning, up to the space before what is expected.</param>
    /// <param name="expected">The rest of the answer.</param>
    public static EvaluationQuestion WithCue(ITokenizer tokenizer, string question, string expected)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(expected);
        int[] all = tokenizer.Encode(question + expected);
        // Tokenizers glue the space to the answer's first word or leave it to a token of its own: the cut is before the first token that
        // spells any of the answer.
        int cut = all.Length - 1;
        while (cut > 1 && tokenizer.Decode(all.AsSpan(0, cut)).Length > question.Length)
            cut--;
        var options = new GenerationOptions { MaxTokens = all.Length - cut, Confidence = 0 };
        return new(all[..cut], new GreedyAnswer(expected, options, bare: false));
    }

    /// <summary>
    /// A bare question: the answer must hold what is expected, and where the model is unsure, the document is read again if it can be, as
    /// <c>homer ask</c> does.
    /// </summary>
    /// <param name="engine">The model's tokenizer and template.</param>
    /// <param name="question">The question.</param>
    /// <param name="expected">What the answer must hold as a word.</param>
    public static EvaluationQuestion Bare(HomerEngine engine, string question, string expected)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var options = new GenerationOptions { MaxTokens = LongestBareAnswer, Stop = [".", engine.Template.Stop] };
        return new(engine.Tokenizer.Encode(question), new GreedyAnswer(expected, options, bare: true));
    }

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, KvContext context, ConfidenceRereading? rereading, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var text = new StringBuilder();
        foreach ((_, string piece) in engine.Continue(context, options, rereading: bare ? rereading : null, cancellation: cancellation).Pieces)
            text.Append(piece);
        string answer = text.ToString().Trim();
        return new(answer, Expected, bare ? Holds(answer, Expected) : answer == Expected.Trim());
    }

    /// <summary>Whether a text holds an answer, and not as part of a longer word or number.</summary>
    internal static bool Holds(string text, string answer) =>
        Regex.IsMatch(text, $@"(?<!\w){Regex.Escape(answer)}(?!\w)", RegexOptions.CultureInvariant);
}
