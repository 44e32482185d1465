namespace Homer.Training.Documents;

/// <summary>What a document tells and asks.</summary>
/// <param name="Cast">People in the chronicle; null for a few.</param>
/// <param name="Facts">Facts told.</param>
/// <param name="Hiders">Among how many people.</param>
/// <param name="Hidden">Among how many kinds of things.</param>
/// <param name="HasKey">Whether a pass key is told and asked for.</param>
/// <param name="Questions">The most facts that are asked for.</param>
/// <param name="Monotonous">Whether all else are a few sentences over and over.</param>
internal sealed record DocumentPlan(int? Cast, int Facts, int Hiders, int Hidden, bool HasKey, int Questions, bool Monotonous = false)
{
    /// <summary>Tokens that a fact takes, that its question takes with its answer, and the same for a pass key.</summary>
    private const int Fact = 11, FactQuestion = 19, Key = 24, KeyQuestion = 21, Prefix = 12, LeastText = 12;

    /// <summary>
    /// Draws a plan for a length: of twenty documents one tells nothing, five one fact, and the others several, of people who hid several things and
    /// things that several people hid; three quarters hold a pass key, where there is room. A
    /// quarter is about so many people that a chunk does not tell all about them, a twelfth says the same over and over.
    /// </summary>
    public static DocumentPlan Draw(Random random, int tokens)
    {
        int kind = random.Next(20);
        int? cast = kind == 0 || random.Next(4) == 0 ? random.Next(8, 25) : null;
        if (kind == 0)
            return new(cast, 0, 0, 0, false, 0);
        int facts = kind <= 5 ? 1 : random.Next(3, Math.Clamp(tokens / 32, 3, 8) + 1);
        // In documents too short for both, the key goes to those of one fact.
        bool hasKey = (facts == 1 || tokens > 160) && random.Next(facts == 1 ? 10 : 4) != 0;
        int room = tokens - Prefix - LeastText - (facts * Fact) - (hasKey ? Key + KeyQuestion : 0);
        int most = Math.Clamp(room / FactQuestion, 1, facts);
        bool apart = facts <= 4 && random.Next(2) == 0;
        int hiders = apart ? facts : Math.Min(facts, random.Next(2, 4)), hidden = apart ? facts : Math.Max((facts + hiders - 1) / hiders, random.Next(1, 5));
        return new(cast, facts, hiders, hidden, hasKey, random.Next((most + 1) / 2, most + 1), random.Next(12) == 0);
    }
}
