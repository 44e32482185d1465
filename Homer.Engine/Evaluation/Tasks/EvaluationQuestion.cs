using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>A question about a document, and the scorer of its answer.</summary>
/// <param name="Suffix">The tokens after the document.</param>
/// <param name="Scorer">Scores the answer.</param>
public sealed record EvaluationQuestion(IReadOnlyList<int> Suffix, IScorer Scorer)
{
    /// <summary><inheritdoc cref="EvaluationQuestion" path="/param[@name='Suffix']/node()"/></summary>
    public IReadOnlyList<int> Suffix { get; init => field = NotNull.Of(value); } = NotNull.Of(Suffix);

    /// <summary><inheritdoc cref="EvaluationQuestion" path="/param[@name='Scorer']/node()"/></summary>
    public IScorer Scorer { get; init => field = NotNull.Of(value); } = NotNull.Of(Scorer);

    /// <summary>The tokens of the document that state the answer; empty where they are not known.</summary>
    public IReadOnlyList<Range> Evidence { get; init => field = NotNull.Of(value); } = [];

    /// <summary>The tokens of the suffix that are the question itself; all where nobody says.</summary>
    public Range Own { get; init; } = Range.All;

    /// <summary>The kind of question, where a task has several; else null.</summary>
    public string? Kind { get; init; }

    /// <summary>The tokens of the document, where the question is about a version of its own; else null.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>
    /// Creates a question whose answer is begun, so that its last token predicts what is expected: the continuation must equal it, and
    /// nothing is read again.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="question">The question and the beginning of the answer, up to and including the space before what is expected.</param>
    /// <param name="expected">The rest of the answer.</param>
    public static EvaluationQuestion WithCue(ITokenizer tokenizer, string question, string expected)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(expected);
        int[] all = tokenizer.Encode(question + expected);
        // A tokenizer joins the space to the first word of the answer or makes it a token of its own. The question is therefore cut before
        // the first token that contains text of the answer.
        int cut = all.Length - 1;
        while (cut > 1 && tokenizer.Decode(all.AsSpan(0, cut)).Length > question.Length)
            cut--;
        return new(all[..cut], AnswerScorer.OfContinuation(expected, all.Length - cut));
    }

    /// <summary>Creates a bare question in the words or messages that the model knows.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="question">The question.</param>
    /// <param name="expected">The text that the answer must contain as a whole word or number.</param>
    internal static EvaluationQuestion Asked(HomerEngine engine, string question, string expected)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new(engine.Prompt.Suffix(question), AnswerScorer.OfBareQuestion(expected, engine.Prompt.Stop));
    }

    /// <summary>Creates a question whose answer is begun, in the words or messages that the model knows.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="question">The question.</param>
    /// <param name="cue">The beginning of the answer, up to and including the space before what is expected.</param>
    /// <param name="expected">The rest of the answer.</param>
    internal static EvaluationQuestion WithCue(HomerEngine engine, string question, string cue, string expected)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (!engine.Prompt.IsChat)
            return WithCue(engine.Tokenizer, $"{engine.Template.Ask(question)} {cue}", expected);
        EvaluationQuestion begun = WithCue(engine.Tokenizer, cue, expected);
        return begun with { Suffix = [.. engine.Prompt.Suffix(question), .. begun.Suffix] };
    }

    /// <summary>
    /// Creates a bare question: the answer must contain what is expected, and if the model is unsure, the document is read again where the
    /// method allows it, as <c>homer ask</c> does.
    /// </summary>
    /// <param name="engine">The model's tokenizer and prompt template.</param>
    /// <param name="question">The question.</param>
    /// <param name="expected">The text that the answer must contain as a whole word or number.</param>
    public static EvaluationQuestion Bare(HomerEngine engine, string question, string expected)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(engine);
        return new(engine.Tokenizer.Encode(question), AnswerScorer.OfBareQuestion(expected, engine.Prompt.Stop));
    }
}
