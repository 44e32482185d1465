namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q5_K: 256 integers of five bits; scales as in Q4_K.</summary>
internal readonly struct Q5K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 176;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => KBits.SixBits(block, group);

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Four(block, 48, i) | (((block.At(16 + (i & 31)) >> (i >> 5)) & 1) << 4);
}
