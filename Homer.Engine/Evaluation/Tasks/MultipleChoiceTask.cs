using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Multiple-choice questions about long stories, from a file in QuALITY's form (arXiv 2112.08608): the answers are not shown, but compared by
/// how probable each is after the question.
/// </summary>
public sealed class MultipleChoiceTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly IReadOnlyList<QualityArticle> articles;
    private readonly int[][] contexts;
    private readonly string fingerprint;

    /// <summary>Reads the file.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="most">The most stories to take.</param>
    /// <exception cref="HomerException">The file cannot be read, or a line is not of the form.</exception>
    public MultipleChoiceTask(HomerEngine engine, string path, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        (articles, fingerprint) = QualityArticle.Read(path);
        contexts = [.. articles.Take(most).Select(article => engine.Tokenizer.Encode(article.Article))];
        Cases = [.. contexts.Index().Select(story => new EvaluationCase(
            Path.GetFileName(path), LengthClass.Of(story.Item.Length), story.Index, new double?[articles[story.Index].Questions.Count]))];
    }

    /// <inheritdoc/>
    public string Name => "qa";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["data"] = fingerprint };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase which)
    {
        ArgumentNullException.ThrowIfNull(which);
        return new(
            engine.Tokenizer.Encode(engine.Template.Prefix, beginOfSequence: true), contexts[which.Number],
            [.. articles[which.Number].Questions.Select(question => new EvaluationQuestion(
                engine.Tokenizer.Encode(engine.Template.Ask(question.Question)),
                new MultipleChoice(question.Options, [.. question.Options.Select(option => engine.Tokenizer.Encode(option.Trim()))], question.Right)))]);
    }
}
