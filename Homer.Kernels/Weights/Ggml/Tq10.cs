namespace Homer.Kernels.Weights.Ggml;

/// <summary>
/// TQ1_0: 256 numbers −1, 0 and 1 with one scale; a byte holds five of them as the digits of a fraction in base 3, and the last four
/// bytes four each.
/// </summary>
internal readonly struct Tq10 : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 54;

    public int GroupLength => 256;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 52) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes
    {
        // Elements 0 … 159 are in 32 bytes, 160 … 239 in 16 and the rest in 4; digit by digit, not byte by byte.
        int at = i < 160 ? i & 31 : i < 240 ? 32 + (i & 15) : 48 + (i & 3);
        int digit = i < 160 ? i >> 5 : i < 240 ? (i - 160) >> 4 : (i - 240) >> 2;
        int power = digit < 4 ? (int)(0x1b090301u >> (digit << 3)) & 255 : 81;
        return (((block.At(at) * power) & 255) * 3 >> 8) - 1;
    }
}
