namespace Homer.Engine.Models;

/// <summary>The precision in which a model's matrices are held on the device.</summary>
public enum WeightPrecision
{
    /// <summary>The type of their files; the CPU uses the mapped files in place.</summary>
    Stored,

    /// <summary>
    /// Eight bits, in blocks of 32 columns with one scale each, rounded while loading. The embedding table, of which a token needs one row,
    /// stays as stored. Takes half the memory of 16-bit weights; decoding, which is bound by memory, is up to twice as fast.
    /// </summary>
    Int8,
}
