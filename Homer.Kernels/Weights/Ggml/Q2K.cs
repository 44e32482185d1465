namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q2_K: 256 integers of two bits; each 16 have a scale and an offset of four bits.</summary>
internal readonly struct Q2K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 84;

    public int GroupLength => 16;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        int both = block.At(group);
        return new() { Scale = BlockBits.Half(block, 80) * (both & 15), Offset = -(BlockBits.Half(block, 82) * (both >> 4)) };
    }

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Two(block, 16, i);
}
