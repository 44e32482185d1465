using Homer.Kernels.MatMul.Mma;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// The index arithmetic of attention on tensor cores: which thread copies, multiplies and writes which elements. It is the same on any
/// device. Fragments are those of <see cref="ProductTiling"/>; lane = 4·g + t.
/// </summary>
/// <remarks>
/// <code>
/// a group: 64 queries of one head, 16 rows per warp        shared memory: three tiles of 64 keys or values, 16 KiB each
///
///             64 keys                    head_dim           row of 128 elements: 16 chunks of 16 bytes;
///          ┌───────────┐              ┌──────────────┐      chunk c of row r lies at c xor (r mod 8)
///  warp 0  │           │              │              │
///  warp 1  │ S = Q·Kᵀ  │ ─softmax─►   │  O += P·V    │      S and O never leave the registers of their warp
///  warp 2  │           │              │              │
///  warp 3  └───────────┘              └──────────────┘
/// </code>
/// </remarks>
internal static class AttentionTiling
{
    public const int Threads = 128;

    /// <summary>The number of queries of a group.</summary>
    public const int Queries = 64;

    /// <summary>The number of keys, or of values, that are staged at a time.</summary>
    public const int Keys = 64;

    /// <summary>The longest head that fits; shorter ones are padded with zeros.</summary>
    public const int HeadDim = 128;

    public const int Chunk = 16;
    public const int ElementsOfChunk = 8;

    /// <summary>The bytes of a tile of keys or values.</summary>
    public const int TileBytes = Keys * ChunksOfRow * Chunk;

    /// <summary>The bytes from a row of a tile to the one 16 below.</summary>
    public const uint BytesOf16Rows = 16 * ChunksOfRow * Chunk;

    private const int ChunksOfRow = HeadDim / ElementsOfChunk;
    private const int Lanes = 32;
    private const int WarpQueries = 16;

    /// <summary>Returns the number of tiles of queries.</summary>
    public static int Tiles(int tokens) => (tokens + Queries - 1) / Queries;

    /// <summary>Returns the first row whose chunk a thread copies; its copies are <see cref="RowsApart"/> rows apart.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="elements">Elements of a head: 64 or 128.</param>
    public static int CopyRow(int thread, int elements) => thread / (elements / ElementsOfChunk);

    /// <summary>Returns the chunk that a thread copies of its rows.</summary>
    public static int CopyChunk(int thread, int elements) => thread % (elements / ElementsOfChunk);

    /// <summary>Returns the distance between the rows of which a thread copies a chunk.</summary>
    public static int RowsApart(int elements) => Threads * ElementsOfChunk / elements;

    /// <summary>
    /// Returns where a chunk of a row lies. ldmatrix reads the same chunk of eight rows at once; the exclusive or puts them on different
    /// banks.
    /// </summary>
    public static int Offset(int row, int chunk) => ((row * ChunksOfRow) + (chunk ^ (row & 7))) * Chunk;

    /// <summary>Returns the row of the chunk that lies at an offset.</summary>
    public static int RowAt(uint offset) => (int)(offset / (ChunksOfRow * Chunk));

    /// <summary>
    /// Returns whether some query of a group may not see all keys of a tile. The group's first query sees <paramref name="visible"/> − 63
    /// keys, and more where the last queries are missing.
    /// </summary>
    /// <param name="first">The tile's first key.</param>
    /// <param name="visible">Keys that the group's last query sees.</param>
    public static bool IsMasked(int first, int visible) => first + Keys > visible - (Queries - 1);

    /// <summary>Returns the first of a thread's two queries; the other is 8 rows below.</summary>
    public static int Query(int thread) => (thread / Lanes * WarpQueries) + (thread % Lanes / 4);

    /// <summary>
    /// Returns the first of a thread's two columns of each 8: elements of a query, keys of the scores, elements of the output.
    /// </summary>
    public static int Column(int thread) => thread % 4 * 2;

    /// <summary>
    /// Returns where the row of eight elements lies whose address a thread gives to ldmatrix for the first 16 keys at elements 0 … 15. The
    /// matrices are keys 0 … 7 at elements 0 … 7 and 8 … 15, then keys 8 … 15.
    /// </summary>
    public static uint KeyRow(int thread)
    {
        int matrix = thread % Lanes / 8;
        return (uint)Offset(((matrix >> 1) * 8) + (thread % 8), matrix & 1);
    }

    /// <summary>
    /// Returns where the row of eight elements lies whose address a thread gives to the transposing ldmatrix for the first 16 values. The
    /// matrices are values 0 … 7 and 8 … 15 at elements 0 … 7, then at elements 8 … 15.
    /// </summary>
    public static uint ValueRow(int thread)
    {
        int matrix = thread % Lanes / 8;
        return (uint)Offset(((matrix & 1) * 8) + (thread % 8), matrix >> 1);
    }

    /// <summary>
    /// Returns where the row lies at elements 16·i … 16·i + 15. Those are chunks 2·i and 2·i + 1, whose exclusive or with the row differs
    /// from the one of chunks 0 and 1 by 2·i.
    /// </summary>
    public static uint AtElements(uint row, int i) => row ^ (uint)(i * 2 * Chunk);
}
