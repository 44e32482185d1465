namespace Homer.Engine.Randomness;

/// <summary>
/// The pseudorandom number generator SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195): its states are equal steps
/// apart, and each number is the hash of a state.
/// </summary>
internal static class SplitMix64
{
    /// <summary>The distance from one state to the next.</summary>
    public const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>Returns the number of a state; every bit of it depends on every bit of the state.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }
}
