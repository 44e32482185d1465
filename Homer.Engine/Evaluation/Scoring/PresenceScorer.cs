using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>
/// Lets the model answer, and judges as <c>homer ask</c> does whether the document holds the answer: right is a judgement that is true of
/// the document. <see cref="Score.Found"/> says whether the model's own answer, if it counts, has what is expected.
/// </summary>
/// <param name="expected">The text that a right answer contains; null where the document does not hold the answer.</param>
/// <param name="document">The tokens of the document.</param>
/// <param name="options">The settings of the answer.</param>
public sealed class PresenceScorer(string? expected, IReadOnlyList<int> document, GenerationOptions options) : IScorer
{
    /// <summary>The answer of a model that finds none.</summary>
    public const string Refusal = "Not in the document.";

    private readonly IReadOnlyList<int> document = NotNull.Of(document);
    private readonly GenerationOptions options = NotNull.Of(options) with { Confidence = 0 };

    /// <inheritdoc/>
    public int NewTokens => options.AllTokens;

    /// <inheritdoc/>
    /// <exception cref="HomerException">Nothing was learned of the model by which to judge.</exception>
    public Score Score(HomerEngine engine, DocumentReader reader, KvContext context)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(context);
        double least = engine.LeastEvidence(reader.Method) ?? throw new HomerException(
            $"Nothing was learned of {Quoted.Text(engine.Name)} by which to judge whether a document holds an answer; run homer calibrate "
            + "with --text, and give its table as in recall:bias=FILE.");
        Continuation continuation = reader.Continue(context, engine.Tokenizer, options);
        string answer = string.Concat(continuation.Pieces.Select(piece => piece.Text)).Trim();
        var text = new TextDocument("document", engine.Tokenizer.Decode([.. document]), document);
        IReadOnlyList<Passage> nearest;
        using (var evidence = QuestionEvidence.For(reader.Request))
        {
            nearest = evidence?.Ranked(new PassageIndex(text, engine.Tokenizer).Candidates(
                AnswerSources.Scores(reader.Method, reader.Request, context, continuation.Tokens),
                (reader.Plan as RecallReading)?.Scores)) ?? [];
        }

        // What cannot be judged counts as an answer.
        bool answers = nearest.Count == 0 || nearest[0].Score >= least;
        return new(answers ? answer : Refusal, expected ?? "", answers == expected is not null)
        {
            Found = expected is null ? null : answers && AnswerScorer.Contains(answer, expected) ? 1 : 0,
        };
    }
}
