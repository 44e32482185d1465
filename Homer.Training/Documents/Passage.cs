namespace Homer.Training.Documents;

/// <summary>Tokens to be put into a document, and what each is for.</summary>
internal sealed class Passage
{
    public List<int> Ids { get; } = [];

    public List<TokenRole> Roles { get; } = [];

    public List<Glance> Glances { get; } = [];

    /// <summary>Where the sentences are that tell what may be asked for.</summary>
    public List<Range> Tellings { get; } = [];

    public void Add(IEnumerable<int> ids, TokenRole role)
    {
        Ids.AddRange(ids);
        Roles.AddRange(Enumerable.Repeat(role, Ids.Count - Roles.Count));
    }

    /// <summary>Adds what another passage has, at the end.</summary>
    public void Add(Passage other)
    {
        Glances.AddRange(other.Glances.Select(glance => new Glance(
            glance.Kind, Ids.Count + glance.At, [.. glance.Sources.Select(source => Ids.Count + source)])));
        Tellings.AddRange(other.Tellings.Select(telling => new Range(Ids.Count + telling.Start.Value, Ids.Count + telling.End.Value)));
        Ids.AddRange(other.Ids);
        Roles.AddRange(other.Roles);
    }

    /// <summary>Adds a question with its answer, which is told further up.</summary>
    /// <param name="question">The question.</param>
    /// <param name="told">The sentences that tell the answer.</param>
    /// <param name="bare">Whether the question's own last token keeps the answer, too, for those who do not begin the answer.</param>
    public void Add(Passage question, Passage told, bool bare)
    {
        int answer = question.Roles.FindIndex(role => role is TokenRole.Fact or TokenRole.OnlyFact or TokenRole.KeyBegin);
        int length = question.Roles.Count(role => role == TokenRole.KeyRest) + 1;
        int start = Ids.ToArray().AsSpan().IndexOf([.. told.Ids]);
        // A place is told once in its sentence, a key twice; where the next digit is, the one before it says.
        int[] tellings = [.. told.Occurrences(question.Ids.GetRange(answer, length)).Select(i => start + i)];
        Glances.Add(new(GlanceKind.Look, Ids.Count + answer - 1, [.. tellings.SelectMany(i => Enumerable.Range(i, length))]));
        int[] askers = bare ? [answer - 1, question.Roles.LastIndexOf(TokenRole.Frame)] : [answer - 1];
        foreach (int asker in askers)
        {
            for (int part = 0; part < length; part++)
                Glances.Add(new(GlanceKind.Keep, Ids.Count + asker, [.. tellings.Select(i => i + part)]));
        }

        for (int digit = 1; digit < length; digit++)
            Glances.Add(new(GlanceKind.Look, Ids.Count + answer + digit - 1, [.. tellings.Select(i => i + digit)]));
        Add(question);
    }

    /// <summary>Where some ids are, one after another.</summary>
    public IEnumerable<int> Occurrences(IReadOnlyList<int> ids) =>
        Enumerable.Range(0, Math.Max(0, Ids.Count - ids.Count + 1)).Where(i => Ids.GetRange(i, ids.Count).SequenceEqual(ids));

    /// <summary>Asks a token to take note of others before it.</summary>
    /// <param name="at">The token.</param>
    /// <param name="others">Where they are.</param>
    public void Bind(int at, params ReadOnlySpan<int> others)
    {
        foreach (int other in others)
            Glances.Add(new(GlanceKind.Bind, at, [other]));
    }
}
