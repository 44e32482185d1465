namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q3_K: 256 integers of three bits, −4 … 3; each 16 have a scale of six bits.</summary>
internal readonly struct Q3K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 110;

    public int GroupLength => 16;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        int low = (block.At(96 + (group & 7)) >> (group >> 3 << 2)) & 15, high = (block.At(104 + (group & 3)) >> (group >> 2 << 1)) & 3;
        return new() { Scale = BlockBits.Half(block, 108) * ((low | (high << 4)) - 32) };
    }

    // Bit i / 32 of byte i % 32 of the mask is the highest.
    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => (KBits.Two(block, 32, i) | (((block.At(i & 31) >> (i >> 5)) & 1) << 2)) - 4;
}
