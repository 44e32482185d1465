namespace Homer.Engine.Files;

/// <summary>The generator whose states are equal steps apart and whose numbers are their hashes (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195).</summary>
internal static class SplitMix64
{
    /// <summary>From one state to the next.</summary>
    public const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>The number that a state gives; every bit depends on every bit of it.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }
}
