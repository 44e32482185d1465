namespace Homer.Training.Documents;

/// <summary>Sentences that go round and round, as in the usual tests of long contexts: what is hidden among them stands out differently.</summary>
internal static class FillerText
{
    public static IReadOnlyList<string> Sentences { get; } =
        ["The hills are low and the river is slow.", "The carts come and the carts go.", "A day begins and a day ends.", "There is more of the same after this."];
}
