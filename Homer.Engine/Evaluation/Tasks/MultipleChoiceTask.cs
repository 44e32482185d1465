using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Multiple-choice questions about long stories, from a file in the format of QuALITY (arXiv 2112.08608). The model does not see the
/// answers; they are compared by how probable each is after the question.
/// </summary>
public sealed class MultipleChoiceTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly IReadOnlyList<QualityArticle> articles;
    private readonly int[][] documents;
    private readonly string fingerprint;

    /// <summary>Reads the file and encodes its stories.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="limit">The largest number of stories to use.</param>
    /// <exception cref="HomerException">The file cannot be read, is empty, or has a line of another form.</exception>
    public MultipleChoiceTask(HomerEngine engine, string path, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        (articles, fingerprint) = QualityArticle.Read(path);
        documents = [.. articles.Take(limit).Select(article => engine.Tokenizer.Encode(article.Article))];
        Cases = [.. documents.Index().Select(story => new EvaluationCase(
            Path.GetFileName(path), LengthBucket.Of(story.Item.Length), story.Index, new double?[articles[story.Index].Questions.Count]))];
    }

    /// <inheritdoc/>
    public string Name => "qa";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["data"] = fingerprint };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        return new(
            engine.Prompt.Prefix(),
            documents[evaluationCase.Number],
            [.. articles[evaluationCase.Number].Questions.Select(Ask)]);
    }

    private EvaluationQuestion Ask(QualityQuestion question)
    {
        int[][] options = [.. question.Options.Select(option => engine.Tokenizer.Encode(option.Trim()))];
        return new(
            engine.Prompt.Suffix(question.Question),
            new MultipleChoiceScorer(question.Options, options, question.Right));
    }
}
