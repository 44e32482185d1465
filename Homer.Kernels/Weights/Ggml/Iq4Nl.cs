namespace Homer.Kernels.Weights.Ggml;

/// <summary>IQ4_NL: 32 codes of four bits that stand for the numbers of a table, and a scale.</summary>
internal readonly struct Iq4Nl : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 18;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.NonLinear(BlockBits.Nibble(block, 2, i));
}
