namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q8_0: 32 integers of eight bits and a scale.</summary>
internal readonly struct Q80 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 34;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Signed(block.At(2 + i));
}
