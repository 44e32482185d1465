namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q4_1: 32 integers of four bits, 0 … 15, a scale and an offset.</summary>
internal readonly struct Q41 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 20;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0), Offset = BlockBits.Half(block, 2) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 4, i);
}
