namespace Homer.Training.Documents;

/// <summary>
/// A few sentences that are repeated as filler, as in the usual tests of long contexts. Facts stand out more than in varied text.
/// </summary>
internal static class FillerText
{
    public static IReadOnlyList<string> Sentences { get; } =
    [
        "The hills are low and the river is slow.",
        "The carts come and the carts go.",
        "A day begins and a day ends.",
        "There is more of the same after this.",
    ];
}
