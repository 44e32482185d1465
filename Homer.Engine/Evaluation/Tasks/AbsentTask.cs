using System.Globalization;
using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Generation;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Questions about facts that a document states, and as many of the same form about facts that it does not state: magic numbers in passages
/// of a text for chat models, hidden objects and a pass key in chronicles for others. Every second chronicle has a pass key; of every
/// second number that is missing, half of its key belongs to one that is there.
/// </summary>
public sealed class AbsentTask : IEvaluationTask
{
    private const int LongestAnswer = 24;
    private const int CharactersPerToken = 6;

    private readonly HomerEngine engine;
    private readonly AbsentOptions options;
    private readonly SourceText? text;
    private readonly Lazy<PlantedPassage> passage;

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="text">The text of whose passages documents are made; null for village chronicles.</param>
    /// <param name="options">The documents and questions.</param>
    public AbsentTask(HomerEngine engine, SourceText? text, AbsentOptions options)
    {
        this.engine = NotNull.Of(engine);
        this.options = NotNull.Of(options);
        this.text = text;
        passage = new(() => new(
            text ?? SourceText.Chronicle(options.Seed, CharactersPerToken * options.Lengths.Max()), part => engine.Prompt.Document(part)));
        Cases =
        [
            .. from length in options.Lengths
               from number in Enumerable.Range(options.Seed, options.Documents)
               select new EvaluationCase(text?.Name, length, number, [.. Draw(length, number).Select(fact => fact.Depth)]),
        ];
    }

    /// <inheritdoc/>
    public string Name => "absent";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["text"] = text is null ? "chronicles" : $"{text.Name} ({text.Fingerprint})",
        ["facts"] = options.Facts.ToString(CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        ["evidence"] = engine.Calibration?.Recall?.Evidence?.ToString("R", CultureInfo.InvariantCulture) ?? "none",
    };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    private bool AsksForNumbers => engine.Prompt.IsChat;

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        (int length, int number) = (evaluationCase.Length, evaluationCase.Number);
        IReadOnlyList<AskedFact> facts = Draw(length, number);
        (double, string)[] planted = [.. facts.Where(fact => fact.Depth is not null).Select(fact => (fact.Depth!.Value, fact.Sentence))];
        int[] document = text is null && !AsksForNumbers
            ? GeneratedText.Compose(engine.Tokenizer, new VillageChronicle(Seed(length, number)).Sentence, length, planted)
            : passage.Value.Cut(
                new(Seed(length, number)), length, [.. planted.Select(one => (one.Item1, one.Item2, one.Item2))]).Tokens;
        var answer = new GenerationOptions { MaxTokens = LongestAnswer, Stop = [engine.Prompt.Stop], Thinking = engine.Prompt.Thinking };
        return new(
            engine.Prompt.Prefix(),
            document,
            [
                .. facts.Select(fact => new EvaluationQuestion(
                    engine.Prompt.Suffix(fact.Question), new PresenceScorer(fact.Depth is null ? null : fact.Answer, document, answer))
                {
                    Own = engine.Prompt.Encode("", fact.Question).Question,
                }),
            ]);
    }

    /// <summary>Draws the facts of a document, each with its depth, and after them those that it does not state.</summary>
    private IReadOnlyList<AskedFact> Draw(int length, int number)
    {
        var random = new Random(DerivedSeed.Mix(number, length, options.Facts));
        IEnumerable<AskedFact> drawn = AsksForNumbers ? Numbers(random) : Objects(length, number, random);
        return [.. drawn.Select(fact => fact with { Depth = fact.Depth is null ? null : Math.Round(random.NextDouble(), 4) })];
    }

    private IEnumerable<AskedFact> Numbers(Random random)
    {
        MagicNumbers[] keys = [.. MagicNumbers.Draw(random, 2 * options.Facts, 1)];
        HashSet<string> known = [.. keys.Select(key => key.Key)];
        foreach ((int i, MagicNumbers key) in keys.Index())
        {
            bool isThere = i < options.Facts;
            string[] own = key.Key.Split('-'), other = keys[i % options.Facts].Key.Split('-');
            string alike = i % 2 == 0 ? $"{other[0]}-{own[1]}" : $"{own[0]}-{other[1]}";
            MagicNumbers asked = isThere || i % 4 > 1 || !known.Add(alike) ? key : key with { Key = alike };
            yield return new(asked.Sentence(asked.Values[0]), asked.Question, asked.Values[0], isThere ? 0 : null);
        }
    }

    private IEnumerable<AskedFact> Objects(int length, int number, Random random)
    {
        string key = PassKeyStyle.DrawKey(random);
        yield return new(
            PassKeyStyle.Chronicle.Tell(key), PassKeyStyle.Chronicle.Question, key, number % 2 == 0 ? 0 : null);
        IReadOnlyList<HiddenObject> hidden = new VillageChronicle(Seed(length, number)).HiddenObjects(2 * options.Facts);
        foreach ((int i, HiddenObject one) in hidden.Index())
            yield return new(one.Sentence, one.Question, one.Place, i < options.Facts ? 0 : null);
    }

    private static int Seed(int length, int number) => DerivedSeed.Mix(number, length);

    /// <summary>A fact that is asked for.</summary>
    /// <param name="Sentence">The sentence that states it.</param>
    /// <param name="Question">The question.</param>
    /// <param name="Answer">The text that a right answer contains.</param>
    /// <param name="Depth">Its place in the document; null where the document does not state it.</param>
    private sealed record AskedFact(string Sentence, string Question, string Answer, double? Depth);
}
