using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Seeds of documents, so that those of one number differ from length to length and from depth to depth, and always in the same way.</summary>
internal static class DocumentSeed
{
    /// <summary>A seed made of several numbers by <see cref="SplitMix64"/>.</summary>
    public static int Mix(params ReadOnlySpan<long> parts)
    {
        ulong state = 0;
        foreach (long part in parts)
            state = SplitMix64.Mix((state ^ (ulong)part) + SplitMix64.Step);
        return (int)(state & int.MaxValue);
    }
}
