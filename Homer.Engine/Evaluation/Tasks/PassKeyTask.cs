using System.Globalization;
using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Pass-key retrieval (Mohtashami and Jaggi 2023, arXiv 2305.16300): a document of a given length states five digits at a given depth, and
/// the model is asked for them.
/// </summary>
public sealed class PassKeyTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly PassKeyStyle style;
    private readonly bool bare;
    private readonly int seed;

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="style">The wording of documents and questions.</param>
    /// <param name="lengths">The lengths of documents in tokens.</param>
    /// <param name="depths">The places of the key: 0 is the beginning of the document, 1 is the end.</param>
    /// <param name="documents">The number of documents of each length and depth.</param>
    /// <param name="seed">The seed of the first document; the next documents have the next seeds.</param>
    /// <param name="bare">True if the question is asked bare, false if its answer is begun.</param>
    public PassKeyTask(
        HomerEngine engine,
        PassKeyStyle style,
        IReadOnlyList<int> lengths,
        IReadOnlyList<double> depths,
        int documents,
        int seed = 1,
        bool bare = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentNullException.ThrowIfNull(depths);
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
    public string Name { get; init => field = NotNull.Of(value); } = "passkey";

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
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        double depth = evaluationCase.Depths[0]!.Value;
        int mixed = DerivedSeed.Mix(evaluationCase.Number, evaluationCase.Length, (long)Math.Round(depth * 1e6));
        string key = PassKeyStyle.DrawKey(new(mixed));
        int[] document = GeneratedText.Compose(engine.Tokenizer, style.Sentences(mixed), evaluationCase.Length, [(depth, style.Tell(key))]);
        return new(engine.Prompt.Prefix(style.Prefix), document, [Ask(key)]);
    }

    private EvaluationQuestion Ask(string key)
    {
        if (style.Framed || engine.Prompt.IsChat)
        {
            return bare
                ? EvaluationQuestion.Asked(engine, style.Question, key)
                : EvaluationQuestion.WithCue(engine, style.Question, style.Cue, key);
        }

        return bare
            ? EvaluationQuestion.Bare(engine, style.Question, key)
            : EvaluationQuestion.WithCue(engine.Tokenizer, $"{style.Question} {style.Cue}", key);
    }
}
