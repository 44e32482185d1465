namespace Homer.Kernels.Weights.Ggml;

/// <summary>TQ2_0: 256 numbers −1 … 2 of two bits, with one scale.</summary>
internal readonly struct Tq20 : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 66;

    public int GroupLength => 256;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 64) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Two(block, 0, i) - 1;
}
