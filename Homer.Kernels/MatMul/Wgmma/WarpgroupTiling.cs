// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// Which thread copies, multiplies and writes which element of a tile of y = x·wᵀ by warpgroups: index arithmetic alone, the same on any
/// device.
/// </summary>
/// <remarks>
/// <code>
/// a group's tile of y: two warpgroups                      a stage in shared memory: 64 of the depth
///
///        256 columns, or 128                               x  128 rows × 8 chunks of eight 16-bit elements   16 KiB
///      ┌───────────────────────┐                           w  256 rows × 8 chunks, or 128                    32 KiB
///   64 │ warpgroup 0           │  warp i: rows 16·i …
///      ├───────────────────────┤                           A chunk is 16 bytes, what one copy moves; chunk c of row r lies at c xor (r mod 8),
///   64 │ warpgroup 1           │                           which is the 128-byte swizzle that wgmma reads.
///      └───────────────────────┘
/// </code>
/// Sums are those of wgmma.m64nNk16 (PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk16"): a warp has 16 rows, and in each 8 columns
/// lane = 4·g + t holds rows g and g + 8, columns 2t and 2t + 1.
/// </remarks>
internal static class WarpgroupTiling
{
    public const int Threads = 256;
    public const int Rows = 128;

    /// <summary>The columns of a <see cref="SquareTile"/>, and half of those of a <see cref="WideTile"/>.</summary>
    public const int HalfColumns = 128;

    /// <summary>How much of the depth is staged at a time: rows of 128 bytes.</summary>
    public const int Depth = MatrixDescriptor.Depth;

    /// <summary>Bytes of a row in a stage.</summary>
    public const int RowBytes = MatrixDescriptor.RowBytes;

    /// <summary>Bytes of a copy.</summary>
    public const int Chunk = 16;

    public const int ElementsOfChunk = Chunk / sizeof(ushort);

    /// <summary>Where w begins in a stage.</summary>
    public const int WStart = Rows * RowBytes;

    /// <summary>Where its second half begins.</summary>
    public const int LowerWStart = WStart + (HalfColumns * RowBytes);

    /// <summary>Rows between the copies of a thread.</summary>
    public const int RowsApart = Threads / ChunksOfRow;

    /// <summary>Bytes between them in a stage: a multiple of eight rows, so that all have the same swizzle.</summary>
    public const int CopiesApart = RowsApart * RowBytes;

    /// <summary>Columns of y that one <see cref="SumRow"/> has.</summary>
    public const int SumColumns = WarpgroupInstructions.SumColumns;

    private const int ChunksOfRow = RowBytes / Chunk;
    private const int Lanes = 32;
    private const int WarpRows = 16;
    private const int WarpgroupThreads = 128;
    private const int WarpgroupRows = WarpgroupThreads / Lanes * WarpRows;

    /// <summary>The first row whose chunk a thread copies, of x and of w; the others are <see cref="RowsApart"/> apart.</summary>
    public static int CopyRow(int thread) => thread / ChunksOfRow;

    /// <summary>The first element of a row that is in the chunk it copies.</summary>
    public static int CopyStart(int thread) => CopyChunk(thread) * ElementsOfChunk;

    /// <summary>Where its first chunk goes, from where an operand begins in a stage.</summary>
    public static uint CopyTarget(int thread) => (uint)((CopyRow(thread) * RowBytes) + ((CopyChunk(thread) ^ (CopyRow(thread) & 7)) * Chunk));

    /// <summary>Where the rows of x begin in a stage that a thread's warpgroup multiplies.</summary>
    public static uint XStart(int thread) => (uint)thread / WarpgroupThreads * WarpgroupRows * RowBytes;

    /// <summary>The row of the group's tile that a thread's first two sums of 8 columns are in; the other two are 8 rows below.</summary>
    public static int SumRow(int thread) => (thread / Lanes * WarpRows) + (thread % Lanes / 4);

    /// <summary>The column of each 8 that a thread's first and third sum are in; the others are in the next.</summary>
    public static int SumColumn(int thread) => thread % 4 * 2;

    private static int CopyChunk(int thread) => thread % ChunksOfRow;
}
