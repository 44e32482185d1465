using System.Globalization;
using Homer.Engine.Checks;
using Homer.Engine.Contexts;
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
    private readonly Dictionary<SourceText, IReadOnlyList<string>> names = [];

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="texts">The texts, of which passages are cut.</param>
    /// <param name="options">What is planted and asked, and how often.</param>
    /// <exception cref="HomerException">A text has the names of all people that would be planted in it.</exception>
    public NeedleTask(HomerEngine engine, IReadOnlyList<SourceText> texts, NeedleOptions options)
    {
        this.engine = NotNull.Of(engine);
        this.texts = NotNull.Of(texts);
        this.options = NotNull.Of(options);
        passages = [.. texts.Select(text => new PlantedPassage(text, part => engine.Prompt.Document(part)))];
        if (options.Kinds.Contains(NeedleKind.Where))
            names = texts.ToDictionary(text => text, text => Whereabouts.NamesNotIn(text.Text));
        var cases =
            from length in options.Lengths
            from text in texts
            from number in Enumerable.Range(options.Seed, options.Documents)
            select new EvaluationCase(text.Name, length, number, DepthsOf(text, length, number));
        // The passage of a document is the beginning of its longer ones, so that what is kept of one serves the next.
        Cases = options.HasVersions
            ? [.. cases.OrderBy(one => one.Number).ThenBy(one => one.Source, StringComparer.Ordinal).ThenBy(one => one.Length)]
            : [.. cases];
    }

    /// <inheritdoc/>
    public string Name => "needle";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["texts"] = string.Join(", ", texts.Select(text => $"{text.Name} ({text.Fingerprint})")),
        ["needles"] = string.Join(", ", options.Kinds.Select(Word)),
        ["questions"] = options.Questions.ToString(CultureInfo.InvariantCulture),
        ["question"] = options.Bare ? "bare" : "cue",
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <summary>Returns the word for a kind, as <c>--needles</c> takes it.</summary>
    public static string Word(NeedleKind kind) => kind.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        int text = texts.Index().First(text => text.Item.Name == evaluationCase.Source).Index;
        return options.HasVersions
            ? InVersions(text, evaluationCase)
            : Single(text, evaluationCase.Length, evaluationCase.Number);
    }

    /// <summary>Writes a document in which the sentences of one kind are planted between its own.</summary>
    private EvaluationDocument Single(int text, int length, int number)
    {
        NeedleKind kind = options.Kinds[0];
        Random random = Randomness(texts[text], length, number);
        double[] depths = Depths(random);
        bool together = kind == NeedleKind.MultiValue;
        IReadOnlyList<MagicNumbers> keys = MagicNumbers.Draw(random, together ? 1 : Sentences, together ? Sentences : 1);
        (string Sentence, string Value)[] sentences =
            [.. keys.SelectMany(key => key.Values.Select(value => (key.Sentence(value), value)))];
        (int[] tokens, IReadOnlyList<Range> parts) = passages[text].Cut(
            random, length, [.. sentences.Select((one, i) => (depths[i], one.Sentence, one.Value))]);
        return new(
            engine.Prompt.Prefix(MagicNumbers.Instructions),
            tokens,
            [.. keys.Take(options.Questions).Select((key, i) =>
                Ask(new(key.Question, key.Values) { Cue = key.Cue }) with { Evidence = together ? parts : [parts[i]] })]);
    }

    /// <summary>Writes a document in versions: for each kind as many sets of planted sentences as the questions take.</summary>
    private EvaluationDocument InVersions(int text, EvaluationCase which)
    {
        PassageVersions passage = passages[text].Versions(
            new(DerivedSeed.Mix(which.Number, Fingerprint(texts[text]))), which.Length);
        List<EvaluationQuestion> questions = [];
        foreach ((NeedleKind kind, NeedleSet set) in Sets(texts[text], which.Length, which.Number))
        {
            (int[] tokens, IReadOnlyList<Range> parts) = passage.Plant(set.Sentences);
            questions.AddRange(set.Questions.Select(question => Ask(question) with
            {
                Tokens = tokens,
                Evidence = [.. question.Evidence.Select(sentence => parts[sentence])],
                Kind = options.Kinds.Count > 1 ? Word(kind) : null,
            }));
        }

        // The same words before all kinds, as before the documents that people ask about.
        return new(engine.Prompt.Prefix(), questions[0].Tokens!, questions);
    }

    private IEnumerable<(NeedleKind Kind, NeedleSet Set)> Sets(SourceText text, int length, int number)
    {
        foreach (NeedleKind kind in options.Kinds)
        {
            int ofOne = NeedleSet.QuestionsOf(kind, options.Questions);
            for (int asked = 0; asked < options.Questions; asked += ofOne)
            {
                var random = new Random(DerivedSeed.Mix(number, length, (int)kind, asked, Fingerprint(text)));
                int wanted = Math.Min(ofOne, options.Questions - asked);
                yield return (kind, NeedleSet.Draw(
                    kind, random, wanted, names.GetValueOrDefault(text, []), (number * options.Questions) + asked));
            }
        }
    }

    private EvaluationQuestion Ask(NeedleQuestion asked)
    {
        // The values twice: models have other words, and repeat themselves. A bare answer says more.
        bool bare = options.Bare || asked.Cue.Length == 0;
        int room = (2 * asked.Values.Sum(value => engine.Tokenizer.Encode(" " + value).Length)) + (bare ? BareRoom(asked) : 0);
        var answer = new GenerationOptions { MaxTokens = room, Stop = [engine.Prompt.Stop] };
        ContextInput input = engine.Prompt.Encode([], asked.Question, answer: bare ? "" : asked.Cue);
        answer = bare ? answer with { Thinking = engine.Prompt.Thinking } : answer with { Confidence = 0 };
        return new(input.Suffix, new ValuesScorer(asked.Values, answer)) { Own = input.Question };
    }

    /// <summary>The tokens of an answer besides the values: as many as a begun one has, or as the question.</summary>
    private int BareRoom(NeedleQuestion asked) =>
        engine.Tokenizer.Encode(asked.Cue.Length > 0 ? asked.Cue : asked.Question).Length;

    private static long Fingerprint(SourceText text) =>
        long.Parse(text.Fingerprint[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private Random Randomness(SourceText text, int length, int number) =>
        new(DerivedSeed.Mix(number, length, (int)options.Kinds[0], Fingerprint(text)));

    private int Sentences => options.Kinds is [NeedleKind.One] ? 1 : NeedleOptions.Several;

    private double[] Depths(Random random) => [.. Enumerable.Range(0, Sentences).Select(_ => Math.Round(random.NextDouble(), 4))];

    private IReadOnlyList<double?> DepthsOf(SourceText text, int length, int number)
    {
        if (options.HasVersions)
        {
            return
            [
                .. Sets(text, length, number).SelectMany(one => one.Set.Questions.Select(
                    question => question.Evidence is [int only] ? (double?)one.Set.Sentences[only].Depth : null)),
            ];
        }

        return options.Kinds[0] == NeedleKind.MultiValue
            ? [null]
            : [.. Depths(Randomness(text, length, number)).Take(options.Questions).Select(depth => (double?)depth)];
    }
}
