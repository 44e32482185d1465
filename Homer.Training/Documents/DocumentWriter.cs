using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;

namespace Homer.Training.Documents;

/// <summary>Writes documents to learn from: the prefix, a chronicle that states facts, and questions with their answers.</summary>
internal sealed class DocumentWriter(WordEncoder words, PromptTemplate template)
{
    /// <summary>Writes a document to a plan that is drawn from its seed.</summary>
    /// <param name="seed">The seed, which determines every word.</param>
    /// <param name="tokens">The number of tokens that the model reads; the document has one more.</param>
    /// <param name="ends">True if the last answer ends the sequence and the token after an answer counts in the loss.</param>
    /// <param name="bare">True if the last token of a question attends to the answer before the answer is begun.</param>
    /// <exception cref="HomerException">The document is too short for a question.</exception>
    public TrainingDocument Write(int seed, int tokens, bool ends = false, bool bare = false) =>
        Write(seed, tokens, DocumentPlan.Draw(new Random(seed), tokens), ends, bare);

    /// <summary>Writes a document to a given plan. Questions for which there is no room are left out.</summary>
    /// <inheritdoc cref="Write(int, int, bool, bool)"/>
    public TrainingDocument Write(int seed, int tokens, DocumentPlan plan, bool ends = false, bool bare = false)
    {
        var random = new Random(DerivedSeed.Mix(seed, 1));
        var chronicle = new VillageChronicle(DerivedSeed.Mix(seed, 2), plan.Cast);
        (List<AnnotatedTokens> facts, List<AskedFact> asked) = DrawContent(chronicle, plan, random, bare);

        var document = new AnnotatedTokens();
        document.Add([words.BeginOfSequence], TokenRole.Template);
        if (facts.Count > 0)
            document.Add(words.Encode(template.Prefix), TokenRole.Template);
        ends &= asked.Count > 0;
        int room = tokens + 1 - (ends ? 1 : 0) - document.Ids.Count - facts.Sum(fact => fact.Ids.Count);
        while (asked.Count > 1 && asked.Sum(question => question.Question.Ids.Count) > room)
            asked.RemoveAt(asked.Count - 1);
        int filler = random.Next(FillerText.Sentences.Count);
        Func<string> next = plan.UsesFiller
            ? () => FillerText.Sentences[filler++ % FillerText.Sentences.Count]
            : chronicle.Sentence;
        foreach (AnnotatedTokens sentence in Surround(next, random, facts, room - asked.Sum(question => question.Question.Ids.Count)))
            document.Add(sentence);
        int questionStart = document.Ids.Count;
        foreach ((AnnotatedTokens fact, AnnotatedTokens question) in asked)
        {
            int begin = document.Roles.Count;
            document.AddQuestion(question, fact, bare);
            if (ends && question != asked[0].Question)
                document.Roles[begin] = TokenRole.End;
        }

        if (ends)
            document.Add([words.EndOfSequence], TokenRole.End);
        return document.Ids.Count == tokens + 1
            ? new([.. document.Ids], [.. document.Roles], document.AttentionTargets, document.FactSpans, questionStart)
            : throw new HomerException($"A document of {tokens} tokens has no room for a question; use longer ones.");
    }

    /// <summary>Draws the facts of a document, a pass key among them if the plan has one, and those that are asked for.</summary>
    private (List<AnnotatedTokens> Facts, List<AskedFact> Asked) DrawContent(
        VillageChronicle chronicle, DocumentPlan plan, Random random, bool bare)
    {
        IReadOnlyList<HiddenObject> hidden = plan.Facts > 1
            ? chronicle.HiddenObjects(plan.Facts, plan.Hiders, plan.Hidden)
            : chronicle.HiddenObjects(plan.Facts);
        AskedFact[] drawn = [.. hidden.Select(fact => new AskedFact(State(fact), Ask(fact, isOnly: plan.Facts == 1, bare)))];
        List<AnnotatedTokens> facts = [.. drawn.Select(fact => fact.Fact)];
        random.Shuffle(drawn);
        List<AskedFact> asked = [.. drawn.Take(plan.Questions)];
        if (plan.HasKey)
        {
            string key = chronicle.PassKey();
            AnnotatedTokens stated = State(PassKeyStyle.Chronicle, key);
            facts.Insert(random.Next(facts.Count + 1), stated);
            asked.Insert(random.Next(asked.Count + 1), new(stated, Ask(PassKeyStyle.Chronicle, key)));
        }

        return (facts, asked);
    }

    /// <summary>
    /// Writes sentences of exactly the given number of tokens and inserts the facts among them. One sentence is cut: it loses its end, or
    /// it loses its beginning and comes first, as in a chunk.
    /// </summary>
    private List<AnnotatedTokens> Surround(Func<string> write, Random random, List<AnnotatedTokens> facts, int tokens)
    {
        List<AnnotatedTokens> sentences = [];
        for (int left = tokens; left > 0;)
        {
            int[] next = words.Encode(write());
            bool losesEnd = random.Next(2) == 0;
            if (next.Length <= left)
                sentences.Add(Text(next));
            else if (losesEnd)
                sentences.Add(Text(next[..left]));
            else
                sentences.Insert(0, Text(next[^left..]));
            left -= next.Length;
        }

        foreach (AnnotatedTokens fact in facts)
            sentences.Insert(random.Next(sentences.Count + 1), fact);
        return sentences;
    }

    private static AnnotatedTokens Text(int[] ids)
    {
        var text = new AnnotatedTokens();
        text.Add(ids, TokenRole.Text);
        return text;
    }

    private AnnotatedTokens FactText(string sentences)
    {
        AnnotatedTokens text = Text(words.Encode(sentences));
        text.FactSpans.Add(..text.Ids.Count);
        return text;
    }

    private AnnotatedTokens State(HiddenObject fact)
    {
        AnnotatedTokens text = FactText(fact.Sentence);
        int person = words.Encode(fact.Person)[0], thing = words.Encode(fact.Thing)[0];
        text.Bind(text.Ids.LastIndexOf(words.Encode(fact.Place)[0]), text.Ids.IndexOf(person), text.Ids.IndexOf(thing));
        return text;
    }

    private AnnotatedTokens State(PassKeyStyle style, string key)
    {
        AnnotatedTokens text = FactText(style.Tell(key));
        foreach (int start in text.Occurrences(words.Encode($"#{key}")[1..]))
        {
            for (int digit = start; digit < start + key.Length; digit++)
                text.Bind(digit, digit - 1);
        }

        return text;
    }

    private AnnotatedTokens Ask(HiddenObject fact, bool isOnly, bool bare)
    {
        var question = new AnnotatedTokens();
        question.Add(words.Encode(template.Ask(fact.Question)), TokenRole.Template);
        int person = words.Encode(fact.Person)[0], thing = words.Encode(fact.Thing)[0];
        if (bare)
            question.Bind(question.Ids.Count - 1, question.Ids.IndexOf(person), question.Ids.IndexOf(thing));
        question.Add(words.Encode(fact.Cue.TrimEnd()), TokenRole.Cue);
        question.Bind(question.Ids.Count - 1, question.Ids.LastIndexOf(person), question.Ids.LastIndexOf(thing));
        int[] answer = words.Encode(fact.Place + ".");
        question.Add(answer[..1], isOnly ? TokenRole.OnlyFact : TokenRole.Fact);
        question.Add(answer[1..], TokenRole.Cue);
        return question;
    }

    private AnnotatedTokens Ask(PassKeyStyle style, string key)
    {
        var question = new AnnotatedTokens();
        question.Add(words.Encode(template.Ask(style.Question)), TokenRole.Template);
        int[] answer = words.Encode($"{style.Cue}{key}.");
        int begin = answer.Length - key.Length - 1;
        question.Add(answer[..begin], TokenRole.Cue);
        question.Add(answer[begin..(begin + 1)], TokenRole.FirstDigit);
        question.Add(answer[(begin + 1)..^1], TokenRole.OtherDigit);
        question.Add(answer[^1..], TokenRole.Cue);
        return question;
    }

    /// <summary>A fact, or a pass key, that is asked for.</summary>
    /// <param name="Fact">The sentences that state it.</param>
    /// <param name="Question">The question with its answer.</param>
    private sealed record AskedFact(AnnotatedTokens Fact, AnnotatedTokens Question);
}
