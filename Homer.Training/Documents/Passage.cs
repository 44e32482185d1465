namespace Homer.Training.Documents;

/// <summary>Tokens to be put into a document, and what each is for.</summary>
internal sealed class Passage
{
    public List<int> Ids { get; } = [];

    public List<TokenRole> Roles { get; } = [];

    public List<Glance> Glances { get; } = [];

    public void Add(IEnumerable<int> ids, TokenRole role)
    {
        Ids.AddRange(ids);
        Roles.AddRange(Enumerable.Repeat(role, Ids.Count - Roles.Count));
    }

    /// <summary>Adds a question with its answer, which is told further up.</summary>
    /// <param name="question">The question.</param>
    /// <param name="told">The sentences that tell the answer.</param>
    public void Add(Passage question, int[] told)
    {
        int answer = question.Roles.FindIndex(role => role is TokenRole.Fact or TokenRole.OnlyFact or TokenRole.KeyBegin);
        int length = question.Roles.Count(role => role == TokenRole.KeyRest) + 1;
        int start = Ids.ToArray().AsSpan().IndexOf(told);
        // A place is told once in its sentence, a key twice.
        int[] sources = [.. Enumerable.Range(0, told.Length - length + 1)
            .Where(i => told.AsSpan(i, length).SequenceEqual([.. question.Ids.GetRange(answer, length)]))
            .SelectMany(i => Enumerable.Range(start + i, length))];
        Glances.Add(new(Ids.Count + answer - 1, sources));
        Ids.AddRange(question.Ids);
        Roles.AddRange(question.Roles);
    }
}
