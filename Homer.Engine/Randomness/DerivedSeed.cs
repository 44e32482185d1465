namespace Homer.Engine.Randomness;

/// <summary>
/// Seeds derived from several numbers, such as a document's number, length and depth: equal numbers always give the same seed.
/// </summary>
internal static class DerivedSeed
{
    /// <summary>Hashes the numbers, in their order, into a seed of 0 … 2³¹ − 1 with <see cref="SplitMix64"/>.</summary>
    public static int Mix(params ReadOnlySpan<long> parts)
    {
        ulong state = 0;
        foreach (long part in parts)
            state = SplitMix64.Mix((state ^ (ulong)part) + SplitMix64.Step);
        return (int)(state & int.MaxValue);
    }
}
