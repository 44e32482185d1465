namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q4_0: 32 integers of four bits, −8 … 7, and a scale.</summary>
internal readonly struct Q40 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 18;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 2, i) - 8;
}
