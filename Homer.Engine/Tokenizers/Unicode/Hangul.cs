namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>The syllables of Hangul, which decompose by arithmetic (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xac00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrail = 0x11a7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    /// <summary>Returns whether a code point is a syllable.</summary>
    internal static bool IsSyllable(int point) => point is >= FirstSyllable and < FirstSyllable + (Leads * Vowels * Trails);

    /// <summary>Appends the two or three letters of a syllable.</summary>
    internal static void Decompose(List<int> points, int syllable)
    {
        int index = syllable - FirstSyllable;
        points.Add(FirstLead + (index / (Vowels * Trails)));
        points.Add(FirstVowel + (index / Trails % Vowels));
        if (index % Trails != 0)
            points.Add(BeforeTrail + (index % Trails));
    }

    /// <summary>Returns the syllable of two letters, or of a syllable and its last letter; null where they are none.</summary>
    internal static int? Compose(int first, int second)
    {
        if (first is >= FirstLead and < FirstLead + Leads && second is >= FirstVowel and < FirstVowel + Vowels)
            return FirstSyllable + ((((first - FirstLead) * Vowels) + second - FirstVowel) * Trails);
        bool isOpen = IsSyllable(first) && (first - FirstSyllable) % Trails == 0;
        return isOpen && second is > BeforeTrail and < BeforeTrail + Trails ? first + second - BeforeTrail : null;
    }
}
