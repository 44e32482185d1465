using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Methods.Recall.Learning;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Recall;

/// <summary>
/// Writes documents for learning where a model looks: passages of ordinary text with sentences planted in them. Half of the documents of a
/// chat model hide magic numbers and half hide facts that are asked for in other words; those of other models hide pass keys and objects.
/// </summary>
public static class RecallProbes
{
    /// <summary>The usual length of a document in tokens: long enough that what is found by chance does not count.</summary>
    public const int UsualLength = 6000;

    /// <summary>The usual number of documents.</summary>
    public const int UsualCount = 8;

    private const int QuestionsOfOne = 6;

    /// <summary>Writes documents.</summary>
    /// <param name="prompt">The prompts of the model.</param>
    /// <param name="text">Ordinary text, unrelated to later documents.</param>
    /// <param name="length">The length of a document in tokens.</param>
    /// <param name="count">The number of documents.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="HomerException">The text is shorter than a document.</exception>
    public static IReadOnlyList<RecallProbe> Write(ModelPrompt prompt, SourceText text, int length, int count, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(text);
        var passage = new PlantedPassage(text, part => prompt.Document(part));
        return [.. Enumerable.Range(0, count).Select(number => Probe(prompt, passage, length, number, seed))];
    }

    private static RecallProbe Probe(ModelPrompt prompt, PlantedPassage passage, int length, int number, int seed)
    {
        var random = new Random(DerivedSeed.Mix(seed, number, length));
        bool isEven = number % 2 == 0;
        (string Sentence, string Question)[] facts = prompt.IsChat
            ? isEven ? Numbers(random) : Paraphrased(random)
            : isEven ? [PassKey(random)] : Objects(random);
        double[] depths = [.. facts.Select((_, i) => (i + random.NextDouble()) / facts.Length)];
        random.Shuffle(depths);
        (int[] document, IReadOnlyList<Range> evidence) = passage.Cut(
            random, length, [.. facts.Select((fact, i) => (depths[i], fact.Sentence, fact.Sentence))]);
        ContextInput[] asked = [.. facts.Select(fact => prompt.Encode("", fact.Question))];
        return new(
            asked[0].Prefix, document,
            [.. asked.Select((input, i) => new ProbeQuestion(input.Suffix, input.Question, [evidence[i]]))]);
    }

    private static (string, string)[] Numbers(Random random) =>
        [.. MagicNumbers.Draw(random, QuestionsOfOne, 1).Select(key => (key.Sentence(key.Values[0]), key.Question))];

    private static (string, string)[] Paraphrased(Random random)
    {
        (string, string)[] all = [.. ParaphrasedFacts.All];
        random.Shuffle(all);
        return all[..QuestionsOfOne];
    }

    private static (string, string) PassKey(Random random) =>
        (PassKeyStyle.Chronicle.Tell(PassKeyStyle.DrawKey(random)), PassKeyStyle.Chronicle.Question);

    private static (string, string)[] Objects(Random random) =>
        [.. new VillageChronicle(random.Next()).HiddenObjects(QuestionsOfOne).Select(hidden => (hidden.Sentence, hidden.Question))];
}
