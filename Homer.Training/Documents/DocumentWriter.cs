using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;

namespace Homer.Training.Documents;

/// <summary>Writes documents to learn from: the prefix, a chronicle in which facts are told, and questions with their answers.</summary>
internal sealed class DocumentWriter(WordEncoder words, PromptTemplate template)
{
    /// <summary>Writes the document of a seed.</summary>
    /// <param name="seed">Fixes every word.</param>
    /// <param name="tokens">Tokens that are read; one more is written.</param>
    /// <param name="ends">Whether the last answer ends the sequence, and what follows an answer counts.</param>
    /// <param name="bare">Whether a question keeps the answer before that is begun.</param>
    public TrainingDocument Write(int seed, int tokens, bool ends = false, bool bare = false) =>
        Write(seed, tokens, DocumentPlan.Draw(new Random(seed), tokens), ends, bare);

    /// <summary>Writes a document to a plan; questions that it has no room for are left out.</summary>
    /// <inheritdoc cref="Write(int, int, bool, bool)"/>
    public TrainingDocument Write(int seed, int tokens, DocumentPlan plan, bool ends = false, bool bare = false)
    {
        var random = new Random(DerivedSeed.Mix(seed, 1));
        var chronicle = new VillageChronicle(DerivedSeed.Mix(seed, 2), plan.Cast);
        IReadOnlyList<HiddenObject> hidden = plan.Facts > 1 ? chronicle.HiddenObjects(plan.Facts, plan.Hiders, plan.Hidden) : chronicle.HiddenObjects(plan.Facts);
        List<(Passage Told, Passage Question)> facts = [.. hidden.Select(fact => (Tell(fact), Ask(fact, alone: plan.Facts == 1, bare)))];
        List<Passage> told = [.. facts.Select(fact => fact.Told)];
        (Passage Told, Passage Question)[] drawn = [.. facts];
        random.Shuffle(drawn);
        List<(Passage Told, Passage Question)> asked = [.. drawn.Take(plan.Questions)];
        if (plan.HasKey)
        {
            string key = chronicle.PassKey();
            Passage telling = Tell(PassKeyStyle.Chronicle, key);
            told.Insert(random.Next(told.Count + 1), telling);
            asked.Insert(random.Next(asked.Count + 1), (telling, Ask(PassKeyStyle.Chronicle, key)));
        }

        var passage = new Passage();
        passage.Add([words.BeginOfSequence], TokenRole.Frame);
        if (told.Count > 0)
            passage.Add(words.Encode(template.Prefix), TokenRole.Frame);
        ends &= asked.Count > 0;
        int room = tokens + 1 - (ends ? 1 : 0) - passage.Ids.Count - told.Sum(fact => fact.Ids.Count);
        while (asked.Count > 1 && asked.Sum(question => question.Question.Ids.Count) > room)
            asked.RemoveAt(asked.Count - 1);
        int said = random.Next(FillerText.Sentences.Count);
        Func<string> next = plan.Monotonous ? () => FillerText.Sentences[said++ % FillerText.Sentences.Count] : chronicle.Sentence;
        foreach (Passage sentence in Surround(next, random, told, room - asked.Sum(question => question.Question.Ids.Count)))
            passage.Add(sentence);
        int questions = passage.Ids.Count;
        foreach ((Passage answer, Passage question) in asked)
        {
            int begin = passage.Roles.Count;
            passage.Add(question, answer, bare);
            if (ends && question != asked[0].Question)
                passage.Roles[begin] = TokenRole.End;
        }

        if (ends)
            passage.Add([words.EndOfSequence], TokenRole.End);
        return passage.Ids.Count == tokens + 1
            ? new([.. passage.Ids], [.. passage.Roles], passage.Glances, passage.Tellings, questions)
            : throw new HomerException($"A document of {tokens} tokens has no room for a question; use longer ones.");
    }

    /// <summary>Sentences around the facts, so many tokens of them; one loses its end, or its beginning and stands in front, as in a chunk.</summary>
    private List<Passage> Surround(Func<string> write, Random random, List<Passage> told, int tokens)
    {
        List<Passage> sentences = [];
        for (int left = tokens; left > 0;)
        {
            int[] next = words.Encode(write());
            bool beginning = random.Next(2) == 0;
            if (next.Length <= left)
                sentences.Add(Text(next));
            else if (beginning)
                sentences.Add(Text(next[..left]));
            else
                sentences.Insert(0, Text(next[^left..]));
            left -= next.Length;
        }

        foreach (Passage fact in told)
            sentences.Insert(random.Next(sentences.Count + 1), fact);
        return sentences;
    }

    private static Passage Text(int[] ids)
    {
        var passage = new Passage();
        passage.Add(ids, TokenRole.Text);
        return passage;
    }

    private Passage Telling(string sentence)
    {
        Passage passage = Text(words.Encode(sentence));
        passage.Tellings.Add(..passage.Ids.Count);
        return passage;
    }

    private Passage Tell(HiddenObject fact)
    {
        Passage passage = Telling(fact.Sentence);
        int person = words.Encode(fact.Person)[0], thing = words.Encode(fact.Thing)[0];
        passage.Bind(passage.Ids.LastIndexOf(words.Encode(fact.Place)[0]), passage.Ids.IndexOf(person), passage.Ids.IndexOf(thing));
        return passage;
    }

    private Passage Tell(PassKeyStyle style, string key)
    {
        Passage passage = Telling(style.Tell(key));
        foreach (int digit in passage.Occurrences(words.Encode($"#{key}")[1..]).SelectMany(start => Enumerable.Range(start, key.Length)))
            passage.Bind(digit, digit - 1);
        return passage;
    }

    private Passage Ask(HiddenObject fact, bool alone, bool bare)
    {
        var passage = new Passage();
        passage.Add(words.Encode(template.Ask(fact.Question)), TokenRole.Frame);
        int person = words.Encode(fact.Person)[0], thing = words.Encode(fact.Thing)[0];
        if (bare)
            passage.Bind(passage.Ids.Count - 1, passage.Ids.IndexOf(person), passage.Ids.IndexOf(thing));
        passage.Add(words.Encode(fact.Cue.TrimEnd()), TokenRole.Cue);
        passage.Bind(passage.Ids.Count - 1, passage.Ids.LastIndexOf(person), passage.Ids.LastIndexOf(thing));
        int[] answer = words.Encode(fact.Place + ".");
        passage.Add(answer[..1], alone ? TokenRole.OnlyFact : TokenRole.Fact);
        passage.Add(answer[1..], TokenRole.Cue);
        return passage;
    }

    private Passage Ask(PassKeyStyle style, string key)
    {
        var passage = new Passage();
        passage.Add(words.Encode(template.Ask(style.Question)), TokenRole.Frame);
        int[] answer = words.Encode($"{style.Cue}{key}.");
        int begin = answer.Length - key.Length - 1;
        passage.Add(answer[..begin], TokenRole.Cue);
        passage.Add(answer[begin..(begin + 1)], TokenRole.KeyBegin);
        passage.Add(answer[(begin + 1)..^1], TokenRole.KeyRest);
        passage.Add(answer[^1..], TokenRole.Cue);
        return passage;
    }
}
