namespace Homer.Engine.Models;

/// <summary>How a model's matrices are held on the device.</summary>
public enum WeightPrecision
{
    /// <summary>As in their files; on the CPU even in place.</summary>
    Stored,

    /// <summary>
    /// Rounded while loading to eight bits, in blocks of 32 columns with a scale each; the embedding table, of which a token takes one row, stays
    /// as stored. Half the memory of 16-bit weights, and decoding, which is bound by reading them, up to twice as fast.
    /// </summary>
    Int8,
}
