namespace Homer.Training.Documents;

/// <summary>A sequence of tokens that grows, with the annotations for training. Indices count from its first token.</summary>
internal sealed class AnnotatedTokens
{
    public List<int> Ids { get; } = [];

    /// <summary>The role of each token.</summary>
    public List<TokenRole> Roles { get; } = [];

    /// <inheritdoc cref="TrainingDocument.AttentionTargets"/>
    public List<AttentionTarget> AttentionTargets { get; } = [];

    /// <inheritdoc cref="TrainingDocument.FactSpans"/>
    public List<Range> FactSpans { get; } = [];

    /// <summary>Appends tokens that all have the same role.</summary>
    public void Add(IEnumerable<int> ids, TokenRole role)
    {
        Ids.AddRange(ids);
        Roles.AddRange(Enumerable.Repeat(role, Ids.Count - Roles.Count));
    }

    /// <summary>Appends other tokens with their annotations.</summary>
    public void Add(AnnotatedTokens other)
    {
        AttentionTargets.AddRange(other.AttentionTargets.Select(target => new AttentionTarget(
            target.Kind, Ids.Count + target.Query, [.. target.Keys.Select(key => Ids.Count + key)])));
        FactSpans.AddRange(other.FactSpans.Select(span => new Range(Ids.Count + span.Start.Value, Ids.Count + span.End.Value)));
        Ids.AddRange(other.Ids);
        Roles.AddRange(other.Roles);
    }

    /// <summary>Appends a question with its answer, and lets it attend to the sentences that state the answer.</summary>
    /// <param name="question">The question and its answer.</param>
    /// <param name="fact">The sentences that state the answer; they have been appended before.</param>
    /// <param name="bare">
    /// True if the last token of the question itself attends to the answer, too, for questions that are asked bare.
    /// </param>
    public void AddQuestion(AnnotatedTokens question, AnnotatedTokens fact, bool bare)
    {
        int answer = question.Roles.FindIndex(role => role is TokenRole.Fact or TokenRole.OnlyFact or TokenRole.FirstDigit);
        int length = question.Roles.Count(role => role == TokenRole.OtherDigit) + 1;
        int start = Ids.ToArray().AsSpan().IndexOf([.. fact.Ids]);
        // The sentences of a fact contain the place once, those of a pass key contain the key twice.
        int[] occurrences = [.. fact.Occurrences(question.Ids.GetRange(answer, length)).Select(i => start + i)];
        AttentionTargets.Add(new(
            AttentionTargetKind.Retrieve,
            Ids.Count + answer - 1,
            [.. occurrences.SelectMany(i => Enumerable.Range(i, length))]));
        int[] queries = bare ? [answer - 1, question.Roles.LastIndexOf(TokenRole.Template)] : [answer - 1];
        foreach (int query in queries)
        {
            for (int part = 0; part < length; part++)
                AttentionTargets.Add(new(AttentionTargetKind.Retain, Ids.Count + query, [.. occurrences.Select(i => i + part)]));
        }

        // Each digit of the answer retrieves the next one.
        for (int digit = 1; digit < length; digit++)
        {
            AttentionTargets.Add(new(
                AttentionTargetKind.Retrieve, Ids.Count + answer + digit - 1, [.. occurrences.Select(i => i + digit)]));
        }

        Add(question);
    }

    /// <summary>Returns the indices at which a sequence of ids occurs.</summary>
    public IEnumerable<int> Occurrences(IReadOnlyList<int> ids) =>
        Enumerable.Range(0, Math.Max(0, Ids.Count - ids.Count + 1)).Where(i => Ids.GetRange(i, ids.Count).SequenceEqual(ids));

    /// <summary>Lets a token attend to each of some tokens before it, to bind them.</summary>
    /// <param name="query">The index of the token.</param>
    /// <param name="keys">The indices of the tokens before it.</param>
    public void Bind(int query, params ReadOnlySpan<int> keys)
    {
        foreach (int key in keys)
            AttentionTargets.Add(new(AttentionTargetKind.Bind, query, [key]));
    }
}
