using System.Globalization;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Perplexity after long contexts, as the paper measures it (arXiv 2404.10308). M is the model's window: after the first M tokens of a
/// text, the negative log-likelihood of each next part of M / 2 tokens is measured. The prefix is the first b tokens of the text, the
/// suffix the last b tokens before the part, and the document all tokens between; b is 100 for a window of 4096.
/// </summary>
public sealed class PerplexityTask : IEvaluationTask
{
    private const int PublishedAffix = 100;
    private const int PublishedWindow = 4096;
    private const string Sparse = "sparse";

    private readonly IReadOnlyList<EvaluationText> texts;
    private readonly int affix;
    private readonly int part;
    private readonly bool sparse;

    /// <summary>Describes the parts that are measured.</summary>
    /// <param name="window">The model's window in tokens, M.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="lengths">
    /// Numbers of tokens before a part: each is measured if <paramref name="sparse"/>; otherwise the largest is the limit.
    /// </param>
    /// <param name="sparse">
    /// True to measure only the parts right after these lengths; false to measure every part up to the largest.
    /// </param>
    /// <param name="part">The number of tokens in a part; null for M / 2.</param>
    public PerplexityTask(
        int window, IReadOnlyList<EvaluationText> texts, IReadOnlyList<int> lengths, bool sparse = false, int? part = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(lengths);
        this.texts = texts;
        this.sparse = sparse;
        this.part = part ?? Math.Max(1, window / 2);
        affix = Math.Max(1, window * PublishedAffix / PublishedWindow);
        Cases =
        [
            .. from start in sparse ? lengths.Order() : Starts(window, this.part, lengths.Max())
               from text in texts
               where start > 2 * affix && start + this.part <= text.Tokens.Length
               select new EvaluationCase(text.Name, start, 0, [null]),
        ];
    }

    /// <summary>
    /// Returns true if only the parts right after some lengths were measured. Perplexity is then that of each length alone and does not
    /// accumulate over lengths.
    /// </summary>
    /// <param name="settings">The settings of a log of trials.</param>
    public static bool IsSparse(IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.GetValueOrDefault("parts") == Sparse;
    }

    /// <inheritdoc/>
    public string Name => "perplexity";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["part"] = part.ToString(CultureInfo.InvariantCulture),
        ["affix"] = affix.ToString(CultureInfo.InvariantCulture),
        ["parts"] = sparse ? Sparse : "all",
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        int start = evaluationCase.Length;
        ReadOnlyMemory<int> tokens = texts.First(text => text.Name == evaluationCase.Source).Tokens;
        return new(
            tokens[..affix].ToArray(),
            tokens[affix..(start - affix)].ToArray(),
            [new(tokens[(start - affix)..start].ToArray(), new ContinuationScorer(tokens.Slice(start, part).ToArray()))]);
    }

    private static IEnumerable<int> Starts(int window, int part, int longest)
    {
        for (long start = window; start <= longest; start += part)
            yield return (int)start;
    }
}
