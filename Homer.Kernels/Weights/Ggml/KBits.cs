namespace Homer.Kernels.Weights.Ggml;

/// <summary>Reads the fields that blocks of 256 elements have in common.</summary>
internal static class KBits
{
    /// <summary>Returns the two bits of element i: of 128 elements, each byte of 32 holds four that are 32 apart.</summary>
    public static int Two<TBytes>(TBytes block, int at, int i)
        where TBytes : struct, IBlockBytes => (block.At(at + (i >> 7 << 5) + (i & 31)) >> (i >> 5 << 1 & 6)) & 3;

    /// <summary>Returns the four bits of element i: of 64 elements, each byte of 32 holds two that are 32 apart.</summary>
    public static int Four<TBytes>(TBytes block, int at, int i)
        where TBytes : struct, IBlockBytes => (block.At(at + (i >> 6 << 5) + (i & 31)) >> (i >> 5 << 2 & 4)) & 15;

    /// <summary>
    /// Returns scale and offset of a group where twelve bytes from the fourth on hold eight of each in six bits: the first four in the
    /// lower bits of a byte of their own, the others in four bits of the last four bytes and the two that the first eight leave.
    /// </summary>
    public static GroupScale SixBits<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        int a = block.At(4 + (group & 3)), b = block.At(8 + (group & 3)), c = block.At(12 + (group & 3));
        int scale = group < 4 ? a & 63 : (c & 15) | (a >> 6 << 4), offset = group < 4 ? b & 63 : (c >> 4) | (b >> 6 << 4);
        return new() { Scale = BlockBits.Half(block, 0) * scale, Offset = -(BlockBits.Half(block, 2) * offset) };
    }
}
