// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// The index arithmetic of a tile of y = x·wᵀ on tensor cores: which thread copies, multiplies and writes which element, the same on any
/// device.
/// </summary>
/// <remarks>
/// <code>
/// a group's tile of y: 64 × 128, four warps of 32 × 64     a stage in shared memory: 32 of the depth
///
///        64 columns  64 columns                             x   64 rows × 8 chunks of four 32-bit elements      8 KiB
///      ┌───────────┬───────────┐                            w  128 rows × 4 chunks of eight 16-bit elements     8 KiB
///   32 │  warp 0   │  warp 1   │
///      ├───────────┼───────────┤                            A chunk is 16 bytes, what one copy moves. Chunks of a row are
///   32 │  warp 2   │  warp 3   │                            permuted (swizzled) by the row, so that the chunks that are
///      └───────────┴───────────┘                            read together lie in different banks.
/// </code>
/// In a warp, fragments are those of mma.m16n8k16 (PTX ISA, "Matrix Fragments for mma.m16n8k16"): lane = 4·g + t holds rows g and g + 8,
/// columns 2t and 2t + 1 of each 8 columns.
/// </remarks>
internal static class ProductTiling
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 128;

    /// <summary>Rows of a tile.</summary>
    public const int Rows = 64;

    /// <summary>Columns of a tile.</summary>
    public const int Columns = 128;

    /// <summary>The depth of a stage.</summary>
    public const int Depth = 32;

    /// <summary>Stages in shared memory: one is multiplied while the others arrive.</summary>
    public const int Stages = 3;

    /// <summary>Bytes of a chunk, which one copy moves.</summary>
    public const int Chunk = 16;

    /// <summary>Chunks of each operand that a thread copies into a stage.</summary>
    public const int CopiesOfThread = 4;

    /// <summary>Bytes of a stage.</summary>
    public const int StageBytes = (Rows * Depth * sizeof(float)) + (Columns * Depth * sizeof(ushort));

    /// <summary>Bytes of shared memory that the stages take: all of <see cref="TensorInstructions.SharedBytes"/>.</summary>
    public const int SharedBytes = Stages * StageBytes;

    private const int Lanes = 32;
    private const int WarpRows = 32;
    private const int WarpColumns = 64;
    private const int XChunksOfRow = Depth / 4;
    private const int WChunksOfRow = Depth / 8;
    private const int WStart = Rows * XChunksOfRow * Chunk;

    /// <summary>Returns the number of rows of tiles.</summary>
    public static int TilesDown(int rows) => (rows + Rows - 1) / Rows;

    /// <summary>Returns the number of columns of tiles.</summary>
    public static int TilesAcross(int columns) => (columns + Columns - 1) / Columns;

    /// <summary>
    /// Returns the first row of the x tile whose chunk a thread copies; its others are <see cref="XRowsApart"/> rows apart.
    /// </summary>
    public static int XCopyRow(int thread) => thread / XChunksOfRow;

    /// <summary>Returns the chunk, in its rows of x, that a thread copies.</summary>
    public static int XCopyChunk(int thread) => thread % XChunksOfRow;

    /// <summary>Rows between a thread's copies of x.</summary>
    public const int XRowsApart = Threads / XChunksOfRow;

    /// <summary>
    /// Returns the first row of the w tile whose chunk a thread copies; its others are <see cref="WRowsApart"/> rows apart.
    /// </summary>
    public static int WCopyRow(int thread) => thread / WChunksOfRow;

    /// <summary>Returns the chunk, in its rows of w, that a thread copies.</summary>
    public static int WCopyChunk(int thread) => thread % WChunksOfRow;

    /// <summary>Rows between a thread's copies of w.</summary>
    public const int WRowsApart = Threads / WChunksOfRow;

    /// <summary>
    /// Returns the offset of a chunk of x in a stage. Half a warp reads two neighbouring chunks of each of four rows at once: an even
    /// number in the exclusive or keeps the neighbours together and puts the four rows' pairs on different banks.
    /// </summary>
    public static int XOffset(int row, int chunk) => ((row * XChunksOfRow) + (chunk ^ ((row & 3) << 1))) * Chunk;

    /// <summary>
    /// Returns the offset of a chunk of w in a stage. ldmatrix reads the same chunk of eight rows at once; two rows fill all banks, so
    /// pairs of rows are told apart.
    /// </summary>
    public static int WOffset(int row, int chunk) => WStart + (((row * WChunksOfRow) + (chunk ^ ((row >> 1) & 3))) * Chunk);

    /// <summary>Returns the first row of the group's tile that a thread's warp computes.</summary>
    public static int WarpRow(int thread) => thread / Lanes / (Columns / WarpColumns) * WarpRows;

    /// <summary>Returns the first column of the group's tile that a thread's warp computes.</summary>
    public static int WarpColumn(int thread) => thread / Lanes % (Columns / WarpColumns) * WarpColumns;

    /// <summary>
    /// Returns the offset, in a stage, of the two elements that make up one register of a thread's share of a 16 × 16 tile of x:
    /// registers 0 and 2 are of row g, 1 and 3 of row g + 8; 0 and 1 of columns 2t and 2t + 1, 2 and 3 of columns 2t + 8 and 2t + 9.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="tile">0 or 1: rows 0 … 15 or 16 … 31 of the warp's.</param>
    /// <param name="step">0 or 1: the first or the second 16 of the depth.</param>
    /// <param name="register">0 … 3.</param>
    public static int XPair(int thread, int tile, int step, int register)
    {
        int lane = thread % Lanes, t = lane % 4;
        int row = WarpRow(thread) + (tile * 16) + (lane / 4) + ((register & 1) * 8);
        int chunk = (step * 4) + (t / 2) + ((register >> 1) * 2);
        return XOffset(row, chunk) + ((t & 1) * 2 * sizeof(float));
    }

    /// <summary>
    /// Returns the offset, in a stage, of the row of eight elements whose address a thread gives to ldmatrix: lanes 0 … 7 those of the
    /// first 8 × 8 matrix, and so on. The four matrices are columns 0 … 7 of y at depths 0 … 7 and 8 … 15, then columns 8 … 15 at the
    /// same depths.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="columns">0 … 3: the 16 of the warp's columns.</param>
    /// <param name="step">0 or 1: the first or the second 16 of the depth.</param>
    public static int WRow(int thread, int columns, int step)
    {
        int lane = thread % Lanes, matrix = lane / 8;
        int row = WarpColumn(thread) + (columns * 16) + ((matrix >> 1) * 8) + (lane % 8);
        return WOffset(row, (step * 2) + (matrix & 1));
    }

    /// <summary>
    /// Returns the row, in the group's tile, of a thread's first two sums of a 16 × 8 tile; the other two are 8 rows below.
    /// </summary>
    public static int SumRow(int thread, int tile) => WarpRow(thread) + (tile * 16) + (thread % Lanes / 4);

    /// <summary>Returns the column, in the group's tile, of a thread's first and third sum; the others are in the next column.</summary>
    public static int SumColumn(int thread, int tile) => WarpColumn(thread) + (tile * 8) + (thread % 4 * 2);
}
