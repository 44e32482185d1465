namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q2_K: 256 integers of two bits; each 16 have a scale and an offset of four bits.</summary>
internal readonly struct Q2K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 84;

    public int GroupLength => 16;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        int both = block.At(group);
        return new() { Scale = BlockBits.Half(block, 80) * (both & 15), Offset = -(BlockBits.Half(block, 82) * (both >> 4)) };
    }

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Two(block, 16, i);
}

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

/// <summary>Q4_K: 256 integers of four bits; each 32 have a scale and an offset of six bits.</summary>
internal readonly struct Q4K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 144;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => KBits.SixBits(block, group);

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Four(block, 16, i);
}

/// <summary>Q5_K: 256 integers of five bits; scales as in Q4_K.</summary>
internal readonly struct Q5K : IGgmlFormat
{
    public int BlockLength => 256;

    public int BlockBytes => 176;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => KBits.SixBits(block, group);

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => KBits.Four(block, 48, i) | (((block.At(16 + (i & 31)) >> (i >> 5)) & 1) << 4);
}

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
