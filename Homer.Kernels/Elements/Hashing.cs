namespace Homer.Kernels.Elements;

/// <summary>Counter-based pseudo-random bits, equal on every device and in any order of the threads.</summary>
internal static class Hashing
{
    /// <summary>Returns 32 well mixed bits of three counters.</summary>
    public static uint Mix(uint a, uint b, uint c) => Finish(Finish(Finish(a + 0x9e3779b9u) ^ b) ^ c);

    // The finalizer of MurmurHash3: every input bit changes every output bit with probability near one half.
    private static uint Finish(uint h)
    {
        h = (h ^ (h >> 16)) * 0x85ebca6bu;
        h = (h ^ (h >> 13)) * 0xc2b2ae35u;
        return h ^ (h >> 16);
    }
}
