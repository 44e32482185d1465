// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// The index arithmetic of a tile of y = x·wᵀ by warpgroups: which thread copies, multiplies and writes which element, the same on any
/// device.
/// </summary>
/// <remarks>
/// <code>
/// a group's tile of y: two warpgroups                a stage in shared memory: 64 of the depth
///
///        256 columns, or 128                         x  128 rows × 8 chunks of eight 16-bit elements   16 KiB
///      ┌───────────────────────┐                     w  256 rows × 8 chunks, or 128                    32 KiB, or 16
///   64 │ warpgroup 0           │  warp i: 16·i …
///      ├───────────────────────┤                     A chunk is 16 bytes, what one copy moves; chunk c of row r lies at
///   64 │ warpgroup 1           │                     c xor (r mod 8), the 128-byte swizzle that wgmma reads.
///      └───────────────────────┘
/// </code>
/// Sums are those of wgmma.m64nNk16 (PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk16"): a warp has 16 rows, and in each 8 columns
/// lane = 4·g + t holds rows g and g + 8, columns 2t and 2t + 1.
/// </remarks>
internal static class WarpgroupTiling
{
    /// <summary>Threads of a group: two warpgroups.</summary>
    public const int Threads = 256;

    /// <summary>Rows of a tile.</summary>
    public const int Rows = 128;

    /// <summary>The columns of a <see cref="SquareTile"/>, which are half of those of a <see cref="WideTile"/>.</summary>
    public const int HalfColumns = 128;

    /// <summary>The depth of a stage, whose rows are 128 bytes.</summary>
    public const int Depth = MatrixDescriptor.Depth;

    /// <summary>Bytes of a row in a stage.</summary>
    public const int RowBytes = MatrixDescriptor.RowBytes;

    /// <summary>Bytes of a chunk, which one copy moves.</summary>
    public const int Chunk = 16;

    /// <summary>Elements of a chunk.</summary>
    public const int ElementsOfChunk = Chunk / sizeof(ushort);

    /// <summary>The offset of w in a stage; x begins at 0.</summary>
    public const int WStart = Rows * RowBytes;

    /// <summary>The offset of the second half of w, of a <see cref="WideTile"/>, in a stage.</summary>
    public const int LowerWStart = WStart + (HalfColumns * RowBytes);

    /// <summary>Rows between the copies of a thread.</summary>
    public const int RowsApart = Threads / ChunksOfRow;

    /// <summary>Bytes between the copies of a thread in a stage: a multiple of eight rows, so that all have the same swizzle.</summary>
    public const int CopiesApart = RowsApart * RowBytes;

    /// <summary>Columns of y that one row of sums holds.</summary>
    public const int SumColumns = WarpgroupInstructions.SumColumns;

    private const int ChunksOfRow = RowBytes / Chunk;
    private const int Lanes = 32;
    private const int WarpRows = 16;
    private const int WarpgroupThreads = 128;
    private const int WarpgroupRows = WarpgroupThreads / Lanes * WarpRows;

    /// <summary>Returns the first row, of x and of w, whose chunk a thread copies; its others are <see cref="RowsApart"/> apart.</summary>
    public static int CopyRow(int thread) => thread / ChunksOfRow;

    /// <summary>Returns the first element, in its row, of the chunk that a thread copies.</summary>
    public static int CopyStart(int thread) => CopyChunk(thread) * ElementsOfChunk;

    /// <summary>Returns the offset, in an operand of a stage, to which a thread copies its first chunk.</summary>
    public static uint CopyTarget(int thread) =>
        (uint)((CopyRow(thread) * RowBytes) + ((CopyChunk(thread) ^ (CopyRow(thread) & 7)) * Chunk));

    /// <summary>Returns the offset, in a stage, of the rows of x that a thread's warpgroup multiplies.</summary>
    public static uint XStart(int thread) => (uint)thread / WarpgroupThreads * WarpgroupRows * RowBytes;

    /// <summary>Returns the row, in the group's tile, of a thread's first two sums of 8 columns; the other two are 8 rows below.</summary>
    public static int SumRow(int thread) => (thread / Lanes * WarpRows) + (thread % Lanes / 4);

    /// <summary>Returns the column, of each 8, of a thread's first and third sum; the others are in the next column.</summary>
    public static int SumColumn(int thread) => thread % 4 * 2;

    private static int CopyChunk(int thread) => thread % ChunksOfRow;
}
