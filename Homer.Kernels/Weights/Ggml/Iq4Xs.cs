namespace Homer.Kernels.Weights.Ggml;

/// <summary>IQ4_XS: 256 codes of IQ4_NL; each 32 have a scale of six bits.</summary>
internal readonly struct Iq4Xs : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 136;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        int low = (block.At(4 + (group >> 1)) >> ((group & 1) << 2)) & 15, high = (block.At(2 + (group >> 2)) >> ((group & 3) << 1)) & 3;
        return new() { Scale = BlockBits.Half(block, 0) * ((low | (high << 4)) - 32) };
    }

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.NonLinear(BlockBits.Nibble(block, 8 + (i >> 5 << 4), i & 31));
}
