namespace Homer.Engine.Evaluation.Documents;

/// <summary>Seeds of documents, so that those of one number differ from length to length and from depth to depth, and always in the same way.</summary>
internal static class DocumentSeed
{
    /// <summary>A seed made of several numbers by SplitMix64's mixing (Steele, Lea and Flood 2014).</summary>
    public static int Mix(params ReadOnlySpan<long> parts)
    {
        ulong state = 0;
        foreach (long part in parts)
        {
            state = (state ^ (ulong)part) + 0x9E3779B97F4A7C15;
            state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
            state ^= state >> 31;
        }

        return (int)(state & int.MaxValue);
    }
}
