using System.Globalization;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Perplexity after long contexts, as the paper measures it (arXiv 2404.10308): after the first M tokens, M being the model's window, what
/// each next part of M / 2 tokens costs, where the prefix is the first b tokens of the text, the suffix the last b before the part, and the
/// context all between; b is 100 for a window of 4096.
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

    /// <summary>Describes the parts.</summary>
    /// <param name="window">The model's window in tokens, M.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="lengths">Tokens before a part: the longest there will be, or every one that is measured.</param>
    /// <param name="sparse">Whether only the parts right after these lengths are measured, rather than all up to the longest.</param>
    /// <param name="part">Tokens in a part; default M / 2.</param>
    public PerplexityTask(int window, IReadOnlyList<EvaluationText> texts, IReadOnlyList<int> lengths, bool sparse = false, int? part = null)
    {
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

    /// <summary>Whether only the parts right after some lengths were measured: then perplexity is that of each length alone, and accumulates over none.</summary>
    /// <param name="settings">The settings of a log.</param>
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
    public EvaluationDocument Create(EvaluationCase which)
    {
        ArgumentNullException.ThrowIfNull(which);
        int start = which.Length;
        ReadOnlyMemory<int> tokens = texts.First(text => text.Name == which.Source).Tokens;
        return new(
            tokens[..affix].ToArray(), tokens[affix..(start - affix)].ToArray(),
            [new(tokens[(start - affix)..start].ToArray(), new NextTokens(tokens.Slice(start, part).ToArray()))]);
    }

    private static IEnumerable<int> Starts(int window, int part, int longest)
    {
        for (long start = window; start <= longest; start += part)
            yield return (int)start;
    }
}
