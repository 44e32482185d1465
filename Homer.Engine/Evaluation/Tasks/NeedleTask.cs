using System.Globalization;
using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Generation;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Sentences planted in passages of ordinary texts, as by Hsieh et al. 2024 (arXiv 2404.06654): each states a number of a key, and
/// the model is asked for the numbers of one key.
/// </summary>
public sealed class NeedleTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly NeedleOptions options;
    private readonly IReadOnlyList<SourceText> texts;
    private readonly IReadOnlyList<PlantedPassage> passages;

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="texts">The texts, of which passages are cut.</param>
    /// <param name="options">What is planted and asked, and how often.</param>
    public NeedleTask(HomerEngine engine, IReadOnlyList<SourceText> texts, NeedleOptions options)
    {
        this.engine = NotNull.Of(engine);
        this.texts = NotNull.Of(texts);
        this.options = NotNull.Of(options);
        passages = [.. texts.Select(text => new PlantedPassage(text, part => engine.Prompt.Document(part)))];
        Cases =
        [
            .. from length in options.Lengths
               from text in texts
               from number in Enumerable.Range(options.Seed, options.Documents)
               select new EvaluationCase(text.Name, length, number, Asked(Depths(Randomness(text, length, number)))),
        ];
    }

    /// <inheritdoc/>
    public string Name => "needle";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["texts"] = string.Join(", ", texts.Select(text => $"{text.Name} ({text.Fingerprint})")),
        ["needles"] = options.Kind.ToString().ToLowerInvariant(),
        ["questions"] = options.Questions.ToString(CultureInfo.InvariantCulture),
        ["question"] = options.Bare ? "bare" : "cue",
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    private int Sentences => options.Kind == NeedleKind.One ? 1 : NeedleOptions.Several;

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        int text = texts.Index().First(text => text.Item.Name == evaluationCase.Source).Index;
        Random random = Randomness(texts[text], evaluationCase.Length, evaluationCase.Number);
        double[] depths = Depths(random);
        bool together = options.Kind == NeedleKind.MultiValue;
        IReadOnlyList<MagicNumbers> keys = MagicNumbers.Draw(random, together ? 1 : Sentences, together ? Sentences : 1);
        (string Sentence, string Value)[] sentences =
            [.. keys.SelectMany(key => key.Values.Select(value => (key.Sentence(value), value)))];
        (int[] tokens, IReadOnlyList<Range> parts) = passages[text].Cut(
            random, evaluationCase.Length, [.. sentences.Select((one, i) => (depths[i], one.Sentence, one.Value))]);
        return new(
            engine.Prompt.Prefix(MagicNumbers.Instructions),
            tokens,
            [.. keys.Take(options.Questions).Select((key, i) => Ask(key) with { Evidence = together ? parts : [parts[i]] })]);
    }

    private EvaluationQuestion Ask(MagicNumbers key)
    {
        // The numbers twice: models have other words, and repeat themselves. A bare answer says more.
        int room = (2 * key.Values.Sum(value => engine.Tokenizer.Encode(" " + value).Length))
            + (options.Bare ? engine.Tokenizer.Encode(key.Cue).Length : 0);
        var answer = new GenerationOptions { MaxTokens = room, Stop = [engine.Prompt.Stop] };
        return options.Bare
            ? new(engine.Prompt.Suffix(key.Question), new ValuesScorer(key.Values, answer with { Thinking = engine.Prompt.Thinking }))
            : new(engine.Prompt.Suffix(key.Question, key.Cue), new ValuesScorer(key.Values, answer with { Confidence = 0 }));
    }

    private Random Randomness(SourceText text, int length, int number) => new(DerivedSeed.Mix(
        number, length, (int)options.Kind, long.Parse(text.Fingerprint[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));

    private double[] Depths(Random random) => [.. Enumerable.Range(0, Sentences).Select(_ => Math.Round(random.NextDouble(), 4))];

    private double?[] Asked(double[] depths) =>
        options.Kind == NeedleKind.MultiValue ? [null] : [.. depths.Take(options.Questions).Select(depth => (double?)depth)];
}
