namespace Homer.Training.Documents;

/// <summary>The content of a document: the facts that it states and the questions that it asks.</summary>
/// <param name="Cast">The number of people in the chronicle; null draws a few.</param>
/// <param name="Facts">The number of facts.</param>
/// <param name="Hiders">The number of people who hid something.</param>
/// <param name="Hidden">The number of objects that were hidden.</param>
/// <param name="HasKey">True if the document states a pass key and asks for it.</param>
/// <param name="Questions">The largest number of facts that are asked for.</param>
/// <param name="UsesFiller">True if the text around the facts repeats <see cref="FillerText"/>.</param>
internal sealed record DocumentPlan(int? Cast, int Facts, int Hiders, int Hidden, bool HasKey, int Questions, bool UsesFiller = false)
{
    // Numbers of tokens. A question includes its answer.
    private const int Fact = 11;
    private const int FactQuestion = 19;
    private const int Key = 24;
    private const int KeyQuestion = 21;
    private const int Prefix = 12;
    private const int LeastText = 12;

    /// <summary>
    /// Draws a plan for a document. Of twenty documents one states no fact, five state one fact, and the others several, in which people
    /// hid several objects and objects were hidden by several people. Three quarters contain a pass key, where there is room. A quarter is
    /// about so many people that one chunk does not introduce all of them. One in twelve uses filler text.
    /// </summary>
    /// <param name="random">The random number generator.</param>
    /// <param name="tokens">The number of tokens in the document.</param>
    public static DocumentPlan Draw(Random random, int tokens)
    {
        int kind = random.Next(20);
        int? cast = kind == 0 || random.Next(4) == 0 ? random.Next(8, 25) : null;
        if (kind == 0)
            return new(cast, 0, 0, 0, false, 0);
        int facts = kind <= 5 ? 1 : random.Next(3, Math.Clamp(tokens / 32, 3, 8) + 1);
        // Short documents have no room for several facts and a key; those with one fact get the key.
        bool hasKey = (facts == 1 || tokens > 160) && random.Next(facts == 1 ? 10 : 4) != 0;
        int room = tokens - Prefix - LeastText - (facts * Fact) - (hasKey ? Key + KeyQuestion : 0);
        int most = Math.Clamp(room / FactQuestion, 1, facts);
        bool areDistinct = facts <= 4 && random.Next(2) == 0;
        int hiders = areDistinct ? facts : Math.Min(facts, random.Next(2, 4));
        int hidden = areDistinct ? facts : Math.Max((facts + hiders - 1) / hiders, random.Next(1, 5));
        return new(cast, facts, hiders, hidden, hasKey, random.Next((most + 1) / 2, most + 1), random.Next(12) == 0);
    }
}
