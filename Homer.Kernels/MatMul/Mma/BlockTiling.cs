// Tour: docs/kernels.md#blocktensorproduct
using Homer.Kernels.Weights;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// The index arithmetic of <see cref="BlockTensorProduct"/>: the tiles of y and the sums of <see cref="ProductTiling"/>, with stages for
/// eight-bit weights. A stage is one block of 32 of the depth, so that a column of y has one scale in it.
/// </summary>
/// <remarks>
/// <code>
/// a stage in shared memory      x   64 rows × 8 chunks of four 32-bit elements        8 KiB
///                               w  128 rows × 2 chunks of 16 eight-bit elements       4 KiB
///                               s  128 scales of 32 bits, one for each row of w     512 bytes
/// </code>
/// The order in which the depth is multiplied does not matter, as long as x and w agree. ldmatrix, made for 16-bit elements, hands lane
/// 4·g + t bytes 4t … 4t + 3 of a row's chunk of 16; so depths 4t … 4t + 3 stand where mma.m16n8k16 has 2t, 2t + 1, 2t + 8 and 2t + 9,
/// and of x a lane takes them with one load of 16 bytes.
/// </remarks>
internal static class BlockTiling
{
    /// <summary>Bytes of a stage.</summary>
    public const int StageBytes = ScaleStart + (ProductTiling.Columns * sizeof(float));

    /// <summary>
    /// Rows of w between the two whose chunk a thread copies into a stage; of x it copies four, as in <see cref="ProductTiling"/>.
    /// </summary>
    public const int WRowsApart = ProductTiling.Threads / ChunksOfRow;

    private const int Lanes = 32;
    private const int XChunksOfRow = Int8Weights.Block / 4;
    private const int ChunksOfRow = Int8Weights.Block / ProductTiling.Chunk;
    private const int WStart = ProductTiling.Rows * XChunksOfRow * ProductTiling.Chunk;
    private const int ScaleStart = WStart + (ProductTiling.Columns * Int8Weights.Block);

    /// <summary>
    /// Returns the first row of the w tile whose chunk a thread copies; its second is <see cref="WRowsApart"/> rows further on.
    /// </summary>
    public static int WCopyRow(int thread) => thread / ChunksOfRow;

    /// <summary>Returns the chunk, in its rows of w, that a thread copies.</summary>
    public static int WCopyChunk(int thread) => thread % ChunksOfRow;

    /// <summary>
    /// Returns the offset of a chunk of x in a stage. Eight lanes read four neighbouring chunks of each of two rows at once: the odd row
    /// has its halves exchanged.
    /// </summary>
    public static int XOffset(int row, int chunk) => ((row * XChunksOfRow) + (chunk ^ ((row & 1) << 2))) * ProductTiling.Chunk;

    /// <summary>
    /// Returns the offset of a chunk of w in a stage. ldmatrix reads the same chunk of eight rows at once, and four rows fill all banks:
    /// the next four have theirs exchanged.
    /// </summary>
    public static int WOffset(int row, int chunk) => WStart + (((row * ChunksOfRow) + (chunk ^ ((row >> 2) & 1))) * ProductTiling.Chunk);

    /// <summary>Returns the offset of the scale of a row of w in a stage.</summary>
    public static int ScaleOffset(int row) => ScaleStart + (row * sizeof(float));

    /// <summary>
    /// Returns the offset, in a stage, of the four elements of x that a thread takes of its row of a 16 × 16 tile, or of the row 8 below.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="tile">0 or 1: rows 0 … 15 or 16 … 31 of the warp's.</param>
    /// <param name="step">0 or 1: the first or the second 16 of the depth.</param>
    /// <param name="below">0 or 8.</param>
    public static int XFour(int thread, int tile, int step, int below)
    {
        int lane = thread % Lanes;
        return XOffset(ProductTiling.WarpRow(thread) + (tile * 16) + (lane / 4) + below, (step * 4) + (lane % 4));
    }

    /// <summary>
    /// Returns the offset, in a stage, of the row of 16 bytes whose address a thread gives to ldmatrix: lanes 0 … 7 those of the first
    /// matrix, and so on. The four matrices are columns 0 … 7 of y at depths 0 … 15 and 16 … 31, then columns 8 … 15 at the same.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="columns">0 … 3: the 16 of the warp's columns.</param>
    public static int WRow(int thread, int columns)
    {
        int lane = thread % Lanes, matrix = lane / 8;
        return WOffset(ProductTiling.WarpColumn(thread) + (columns * 16) + ((matrix >> 1) * 8) + (lane % 8), matrix & 1);
    }
}
