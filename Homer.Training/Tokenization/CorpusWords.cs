using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;
using Homer.Training.Documents;

namespace Homer.Training.Tokenization;

/// <summary>The corpus of the tokenizer: many short chronicles with their prompts, facts, questions and answers.</summary>
internal static class CorpusWords
{
    private const int Chronicles = 4000;
    private const int Sentences = 12;

    /// <summary>Common English words, so that other text takes fewer tokens. Each occurs once, so that they become pieces last.</summary>
    private const string Ordinary =
        "of with that from they have not you this are be one or by but all when we can your which their said if do will how up out then "
        + "she many some would other into more two like him time could no make than first been its who now people my made over down "
        + "only way find use may water little very just";

    /// <summary>Counts the words of the corpus.</summary>
    /// <param name="seed">The seed of the chronicles.</param>
    /// <param name="template">The prompt template.</param>
    public static IReadOnlyDictionary<string, long> Count(int seed, PromptTemplate template)
    {
        Dictionary<string, long> words = [];
        PassKeyStyle style = PassKeyStyle.Chronicle;
        for (int i = 0; i < Chronicles; i++)
        {
            var chronicle = new VillageChronicle(DerivedSeed.Mix(seed, i));
            string key = chronicle.PassKey();
            HiddenObject fact = chronicle.HiddenObjects(1)[0];
            Add(template.Prefix, style.Tell(key), template.Ask(style.Question), style.Cue + key);
            Add(fact.Sentence, template.Ask(fact.Question), fact.Cue + fact.Place + ".");
            Add(FillerText.Sentences[i % FillerText.Sentences.Count]);
            for (int s = 0; s < Sentences; s++)
                Add(chronicle.Sentence());
        }

        Add(Ordinary);
        return words;

        void Add(params ReadOnlySpan<string> texts)
        {
            foreach (string text in texts)
            {
                foreach (string word in text.Split(' '))
                    words[word] = words.GetValueOrDefault(word) + 1;
            }
        }
    }
}
