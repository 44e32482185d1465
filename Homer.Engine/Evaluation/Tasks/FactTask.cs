using System.Globalization;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Village chronicles that tell who hid what where, one fact or several in each, with a question for each.</summary>
public sealed class FactTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly int facts;
    private readonly bool bare;
    private readonly int seed;

    /// <summary>Describes the documents.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="lengths">Lengths in tokens of context.</param>
    /// <param name="documents">Documents of each length.</param>
    /// <param name="facts">Facts in each document, evenly spread but for chance.</param>
    /// <param name="seed">The seed of the first document; the others follow.</param>
    /// <param name="bare">Whether questions are asked bare, or with their answers begun.</param>
    public FactTask(HomerEngine engine, IReadOnlyList<int> lengths, int documents, int facts = 1, int seed = 1, bool bare = false)
    {
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
    public EvaluationDocument Create(EvaluationCase which)
    {
        ArgumentNullException.ThrowIfNull(which);
        var chronicle = new VillageChronicle(DocumentSeed.Mix(which.Number, which.Length));
        IReadOnlyList<HiddenObject> hidden = chronicle.HiddenObjects(facts);
        int[] context = GeneratedText.Compose(
            engine.Tokenizer, chronicle.Sentence, which.Length, [.. hidden.Select((fact, i) => (which.Depths[i]!.Value, fact.Sentence))]);
        return new(
            engine.Tokenizer.Encode(engine.Template.Prefix, beginOfSequence: true), context,
            [.. hidden.Select(fact => bare
                ? GreedyAnswer.Bare(engine, engine.Template.Ask(fact.Question), fact.Place)
                : GreedyAnswer.WithCue(engine.Tokenizer, $"{engine.Template.Ask(fact.Question)} {fact.Cue}", fact.Place))]);
    }

    /// <summary>One depth in each of as many equal stretches as there are facts.</summary>
    private double?[] Depths(int length, int number)
    {
        var random = new Random(DocumentSeed.Mix(number, length, facts));
        return [.. Enumerable.Range(0, facts).Select(i => (double?)Math.Round((i + random.NextDouble()) / facts, 4))];
    }
}
