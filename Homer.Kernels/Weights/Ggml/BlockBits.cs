using Homer.Kernels.Elements;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>Reads the fields from which blocks are made.</summary>
internal static class BlockBits
{
    /// <summary>Returns the binary16 whose first byte is at an index.</summary>
    public static float Half<TBytes>(TBytes block, int at)
        where TBytes : struct, IBlockBytes => new Float16((ushort)(block.At(at) | (block.At(at + 1) << 8))).ToSingle();

    /// <summary>Returns a byte as a signed number.</summary>
    public static int Signed(int value) => value << 24 >> 24;

    /// <summary>
    /// Returns the four bits of element i, 0 … 31, of 32 that lie in 16 bytes: the lower halves hold the first 16 elements.
    /// </summary>
    public static int Nibble<TBytes>(TBytes block, int at, int i)
        where TBytes : struct, IBlockBytes => (block.At(at + (i & 15)) >> (i >> 4 << 2)) & 15;

    /// <summary>Returns bit i of a run of bytes.</summary>
    public static int Bit<TBytes>(TBytes block, int at, int i)
        where TBytes : struct, IBlockBytes => (block.At(at + (i >> 3)) >> (i & 7)) & 1;

    /// <summary>Returns entry i, 0 … 15, of a table of signed bytes, four in each word.</summary>
    public static int Lookup(uint w0, uint w4, uint w8, uint w12, int i)
    {
        uint low = i < 4 ? w0 : w4, high = i < 12 ? w8 : w12, word = i < 8 ? low : high;
        return (int)(word << (24 - ((i & 3) << 3))) >> 24;
    }

    /// <summary>Returns the number of element code i, 0 … 15, of IQ4_NL and IQ4_XS: a table that is denser around 0.</summary>
    // −127 −104 −83 −65 −49 −35 −22 −10 1 13 25 38 53 69 89 113
    public static int NonLinear(int i) => Lookup(0xbfad9881, 0xf6eaddcf, 0x26190d01, 0x71594535, i);
}
