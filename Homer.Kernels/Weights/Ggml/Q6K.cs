namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q6_K: 256 integers of six bits, −32 … 31; each 16 have a scale of eight bits.</summary>
internal readonly struct Q6K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 210;

    public int GroupLength => 16;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes =>
        new() { Scale = BlockBits.Half(block, 208) * BlockBits.Signed(block.At(192 + group)) };

    // Of 128 elements, the lower halves of 64 bytes hold the first 64.
    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes
    {
        int low = (block.At((i >> 7 << 6) + (i & 63)) >> (i >> 6 << 2 & 4)) & 15;
        return (low | (KBits.Two(block, 128, i) << 4)) - 32;
    }
}
