using System.Globalization;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Pass-key retrieval (Mohtashami and Jaggi 2023, arXiv 2305.16300): five digits told once, at a given depth of a document of a given length.
/// </summary>
public sealed class PassKeyTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly PassKeyStyle style;
    private readonly bool bare;
    private readonly int seed;

    /// <summary>Describes the documents.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="style">The words.</param>
    /// <param name="lengths">Lengths in tokens of context.</param>
    /// <param name="depths">Depths, 0 … 1.</param>
    /// <param name="documents">Documents of each length and depth.</param>
    /// <param name="seed">The seed of the first document; the others follow.</param>
    /// <param name="bare">Whether the question is asked bare, or with its answer begun.</param>
    public PassKeyTask(
        HomerEngine engine, PassKeyStyle style, IReadOnlyList<int> lengths, IReadOnlyList<double> depths, int documents, int seed = 1, bool bare = false)
    {
        this.engine = engine;
        this.style = style;
        this.bare = bare;
        this.seed = seed;
        Cases =
        [
            .. from length in lengths
               from depth in depths
               from number in Enumerable.Range(seed, documents)
               select new EvaluationCase(null, length, number, [depth]),
        ];
    }

    /// <inheritdoc/>
    public string Name { get; init; } = "passkey";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["style"] = style.Name,
        ["question"] = bare ? "bare" : "cue",
        ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase which)
    {
        ArgumentNullException.ThrowIfNull(which);
        double depth = which.Depths[0]!.Value;
        int mixed = DocumentSeed.Mix(which.Number, which.Length, (long)Math.Round(depth * 1e6));
        string key = PassKeyStyle.DrawKey(new(mixed));
        int[] context = GeneratedText.Compose(engine.Tokenizer, style.Sentences(mixed), which.Length, [(depth, style.Tell(key))]);
        string question = style.Framed ? engine.Template.Ask(style.Question) : style.Question;
        return new(
            engine.Tokenizer.Encode(style.Prefix ?? engine.Template.Prefix, beginOfSequence: true), context,
            [bare ? GreedyAnswer.Bare(engine, question, key) : GreedyAnswer.WithCue(engine.Tokenizer, $"{question} {style.Cue}", key)]);
    }
}
