namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q5_1: 32 integers of five bits, 0 … 31, a scale and an offset.</summary>
internal readonly struct Q51 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 24;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0), Offset = BlockBits.Half(block, 2) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 8, i) | (BlockBits.Bit(block, 4, i) << 4);
}
