namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q4_K: 256 integers of four bits; each 32 have a scale and an offset of six bits.</summary>
internal readonly struct Q4K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 144;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => KBits.SixBits(block, group);

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Four(block, 16, i);
}
