using System.Globalization;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Questions about facts, stated once each in a village chronicle: who hid which object where.</summary>
public sealed class FactTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly int facts;
    private readonly bool bare;
    private readonly int seed;

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="lengths">The lengths of documents in tokens.</param>
    /// <param name="documents">The number of documents of each length.</param>
    /// <param name="facts">The number of facts in each document. Each lies in one of as many equal stretches, at random.</param>
    /// <param name="seed">The seed of the first document; the next documents have the next seeds.</param>
    /// <param name="bare">True if questions are asked bare, false if their answers are begun.</param>
    public FactTask(HomerEngine engine, IReadOnlyList<int> lengths, int documents, int facts = 1, int seed = 1, bool bare = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(lengths);
        this.engine = engine;
        this.facts = facts;
        this.bare = bare;
        this.seed = seed;
        Cases =
        [
            .. from length in lengths
               from number in Enumerable.Range(seed, documents)
               select new EvaluationCase(null, length, number, Depths(length, number)),
        ];
    }

    /// <inheritdoc/>
    public string Name => "qa";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["facts"] = facts.ToString(CultureInfo.InvariantCulture),
        ["question"] = bare ? "bare" : "cue",
        ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        var chronicle = new VillageChronicle(DerivedSeed.Mix(evaluationCase.Number, evaluationCase.Length));
        IReadOnlyList<HiddenObject> hidden = chronicle.HiddenObjects(facts);
        int[] document = GeneratedText.Compose(
            engine.Tokenizer,
            chronicle.Sentence,
            evaluationCase.Length,
            [.. hidden.Select((fact, i) => (evaluationCase.Depths[i]!.Value, fact.Sentence))]);
        return new(
            engine.Prompt.Prefix(),
            document,
            [.. hidden.Select(fact => bare
                ? EvaluationQuestion.Asked(engine, fact.Question, fact.Place)
                : EvaluationQuestion.WithCue(engine, fact.Question, fact.Cue, fact.Place))]);
    }

    /// <summary>Draws one depth in each of as many equal stretches of the document as there are facts.</summary>
    private double?[] Depths(int length, int number)
    {
        var random = new Random(DerivedSeed.Mix(number, length, facts));
        return [.. Enumerable.Range(0, facts).Select(i => (double?)Math.Round((i + random.NextDouble()) / facts, 4))];
    }
}
