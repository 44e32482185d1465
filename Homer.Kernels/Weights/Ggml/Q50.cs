namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q5_0: 32 integers of five bits, −16 … 15, whose highest bits lie apart, and a scale.</summary>
internal readonly struct Q50 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 22;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => (BlockBits.Nibble(block, 6, i) | (BlockBits.Bit(block, 2, i) << 4)) - 16;
}
