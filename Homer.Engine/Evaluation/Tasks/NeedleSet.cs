using Homer.Engine.Evaluation.Documents;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Sentences that are planted together, and questions about them.</summary>
/// <param name="Sentences">The sentences, each with its depth and the part of it that is to be found.</param>
/// <param name="Questions">The questions.</param>
internal sealed record NeedleSet(
    IReadOnlyList<(double Depth, string Sentence, string Part)> Sentences, IReadOnlyList<NeedleQuestion> Questions)
{
    /// <summary>The most facts that are planted together.</summary>
    private const int MostFacts = 12;

    /// <summary>Returns the number of questions that one set of a kind answers.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wanted">The number of questions that are wanted.</param>
    public static int QuestionsOf(NeedleKind kind, int wanted) => Math.Min(
        wanted,
        kind switch
        {
            NeedleKind.MultiKey => NeedleOptions.Several,
            NeedleKind.Where => Whereabouts.People,
            NeedleKind.Reworded => MostFacts,
            _ => 1,
        });

    /// <summary>Draws a set.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="questions">The number of questions, at most what <see cref="QuestionsOf"/> says.</param>
    /// <param name="names">The names of people that the text does not have.</param>
    /// <param name="first">The number of the first fact that is asked for in other words.</param>
    public static NeedleSet Draw(NeedleKind kind, Random random, int questions, IReadOnlyList<string> names, int first) => kind switch
    {
        NeedleKind.Where => OfWhereabouts(random, questions, names),
        NeedleKind.Reworded => OfFacts(random, questions, first),
        NeedleKind.PassKey => OfPassKey(random),
        _ => OfNumbers(kind, random, questions),
    };

    private static NeedleSet OfNumbers(NeedleKind kind, Random random, int questions)
    {
        bool together = kind == NeedleKind.MultiValue;
        int several = kind == NeedleKind.One ? 1 : NeedleOptions.Several;
        IReadOnlyList<MagicNumbers> keys = MagicNumbers.Draw(random, together ? 1 : several, together ? several : 1);
        return new(
            [.. keys.SelectMany(key => key.Values.Select(value => (Depth(random), key.Sentence(value), value)))],
            [.. keys.Take(questions).Select((key, i) => new NeedleQuestion(key.Question, key.Values)
            {
                Cue = key.Cue,
                Evidence = together ? [.. Enumerable.Range(0, several)] : [i],
            })]);
    }

    private static NeedleSet OfPassKey(Random random)
    {
        string key = PassKeyStyle.DrawKey(random), told = PassKeyStyle.Chronicle.Tell(key);
        return new(
            [(Depth(random), told, told)],
            [new(PassKeyStyle.Chronicle.Question, [key]) { Cue = PassKeyStyle.Chronicle.Cue, Evidence = [0] }]);
    }

    private static NeedleSet OfWhereabouts(Random random, int questions, IReadOnlyList<string> names)
    {
        IReadOnlyList<(string Person, string Sentence, string Place)> moves = Whereabouts.Draw(random, names);
        double[] depths = [.. moves.Select((_, i) => Math.Round((i + random.NextDouble()) / moves.Count, 4))];
        string[] people = [.. moves.Select(move => move.Person).Distinct()];
        return new(
            [.. moves.Select((move, i) => (depths[i], move.Sentence, move.Sentence))],
            [.. people.Take(questions).Select(person =>
            {
                int last = moves.Index().Last(move => move.Item.Person == person).Index;
                return new NeedleQuestion($"Where is {person}? Answer with a single word.", [moves[last].Place])
                {
                    Cue = $"{person} is in the",
                    Evidence = [last],
                };
            })]);
    }

    private static NeedleSet OfFacts(Random random, int questions, int first)
    {
        RewordedFact[] facts = [.. Enumerable.Range(first, questions).Select(i => RewordedFact.All[i % RewordedFact.All.Count])];
        int[] places = [.. Enumerable.Range(0, questions)];
        random.Shuffle(places);
        return new(
            [.. facts.Select((fact, i) => (Math.Round((places[i] + random.NextDouble()) / questions, 4), fact.Sentence, fact.Sentence))],
            [.. facts.Select((fact, i) => new NeedleQuestion(fact.Question, [fact.Answer]) { Evidence = [i] })]);
    }

    private static double Depth(Random random) => Math.Round(random.NextDouble(), 4);
}

/// <summary>A question about planted sentences.</summary>
/// <param name="Question">The question.</param>
/// <param name="Values">The words or numbers that the answer must contain.</param>
internal sealed record NeedleQuestion(string Question, IReadOnlyList<string> Values)
{
    /// <summary>The beginning of the answer; empty for a question that is only asked bare.</summary>
    public string Cue { get; init; } = "";

    /// <summary>The indices of the sentences that answer it.</summary>
    public IReadOnlyList<int> Evidence { get; init; } = [];
}
