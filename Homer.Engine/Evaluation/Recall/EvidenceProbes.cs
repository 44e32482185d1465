using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Passages;
using Homer.Engine.Randomness;

namespace Homer.Engine.Evaluation.Recall;

/// <summary>
/// Writes questions with passages that answer them, and with passages that say the like of something else. A chat model is asked for magic
/// numbers and for facts in the words of their sentences; other models for hidden objects and pass keys.
/// </summary>
public static class EvidenceProbes
{
    private const int Keys = 24;
    private const int OrdinaryOfOne = 3;

    /// <summary>Writes questions.</summary>
    /// <param name="prompt">The prompts of the model.</param>
    /// <param name="text">Ordinary text, whose sentences answer none of them.</param>
    /// <param name="seed">The seed.</param>
    public static IReadOnlyList<EvidenceProbe> Write(ModelPrompt prompt, SourceText text, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(text);
        var random = new Random(DerivedSeed.Mix(seed, Keys));
        IEnumerable<(string Question, string[] Passages, bool IsAnswered)> asked =
            prompt.IsChat ? Numbers(random).Concat(Facts(random)) : Objects(random).Concat(PassKeys(random, text));
        return
        [
            .. asked.Select(one => new EvidenceProbe(
                prompt.Encode("", one.Question), [.. one.Passages.Select(passage => prompt.Document(passage))], one.IsAnswered)
            {
                Ordinary = one.IsAnswered ? [.. Sentences(random, text, OrdinaryOfOne).Select(sentence => prompt.Document(sentence))] : [],
            }),
        ];
    }

    private static IEnumerable<(string, string[], bool)> Numbers(Random random)
    {
        MagicNumbers[] keys = [.. MagicNumbers.Draw(random, Keys, 1)];
        foreach ((int i, MagicNumbers key) in keys.Index())
        {
            MagicNumbers other = keys[(i + 1) % Keys];
            // Half of its key is the same.
            MagicNumbers alike = key with { Key = $"{key.Key.Split('-')[0]}-{other.Key.Split('-')[1]}" };
            yield return (key.Question, [Sentence(key), Sentence(other)], true);
            yield return (key.Question, [Sentence(i % 2 == 0 ? alike : other), Sentence(keys[(i + 2) % Keys])], false);
        }

        static string Sentence(MagicNumbers key) => key.Sentence(key.Values[0]);
    }

    private static IEnumerable<(string, string[], bool)> Facts(Random random)
    {
        string[] sentences = [.. ParaphrasedFacts.All.Select(fact => fact.Sentence)];
        foreach ((int i, (string question, string other)) in DirectQuestions.All.Index())
        {
            string another = sentences[(i + 1 + random.Next(sentences.Length - 1)) % sentences.Length];
            yield return (question, [sentences[i], another], true);
            yield return (other, [sentences[i], another], false);
        }
    }

    private static IEnumerable<(string, string[], bool)> Objects(Random random)
    {
        for (int i = 0; i < Keys; i++)
        {
            // Two people and two objects: one person hid one, and the other person the other.
            IReadOnlyList<HiddenObject> hidden = new VillageChronicle(random.Next()).HiddenObjects(2, 2, 2);
            (HiddenObject first, HiddenObject second) = (hidden[0], hidden[1]);
            yield return (first.Question, [first.Sentence, second.Sentence], true);
            yield return (
                first.Question,
                [(first with { Person = second.Person }).Sentence, (first with { Thing = second.Thing }).Sentence, second.Sentence], false);
        }
    }

    private static IEnumerable<(string, string[], bool)> PassKeys(Random random, SourceText text)
    {
        for (int i = 0; i < Keys / 2; i++)
        {
            string[] others = Sentences(random, text, 3);
            string told = PassKeyStyle.Chronicle.Tell(PassKeyStyle.DrawKey(random));
            // As a document is quoted: its first sentence.
            yield return (PassKeyStyle.Chronicle.Question, [told[..(told.IndexOf('.', StringComparison.Ordinal) + 1)], .. others], true);
            yield return (PassKeyStyle.Chronicle.Question, others, false);
        }
    }

    private static string[] Sentences(Random random, SourceText text, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => text.AllSentences[random.Next(text.AllSentences.Count)].Trim())];
}
