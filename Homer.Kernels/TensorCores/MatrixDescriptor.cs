// Tour: docs/kernels.md#warpgroupproduct
namespace Homer.Kernels.TensorCores;

/// <summary>The 64 bits by which wgmma is told where an operand lies in shared memory, and how its rows are arranged.</summary>
internal static class MatrixDescriptor
{
    /// <summary>The depth of an operand that one stage holds: a row of 64 16-bit elements is 128 bytes, the width of the swizzle.</summary>
    public const int Depth = 64;

    /// <summary>Bytes of a row in a stage.</summary>
    public const int RowBytes = Depth * sizeof(ushort);

    /// <summary>
    /// Returns the descriptor of an operand that begins at <paramref name="address"/> (PTX ISA, "Matrix-descriptor"): the address in
    /// units of 16 bytes; 1 for a field that swizzled rows do not use; 1024 bytes from eight rows to the next eight; and the swizzle, 1
    /// for 128 bytes.
    /// </summary>
    public static long Of(uint address) => ((address & 0x3ffff) >> 4) | (1L << 16) | ((8L * RowBytes >> 4) << 32) | (1L << 62);
}
