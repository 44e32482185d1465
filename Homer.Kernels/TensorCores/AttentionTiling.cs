namespace Homer.Kernels.TensorCores;

/// <summary>
/// Which thread copies, multiplies and writes what in attention on tensor cores: index arithmetic alone, the same on any device. Fragments are those of
/// <see cref="ProductTiling"/>; lane = 4·g + t.
/// </summary>
/// <remarks>
/// <code>
/// a group: 64 queries of one head, 16 rows a warp          shared memory: 64 keys and 64 values, 16 KiB each
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

    /// <summary>Queries of a group.</summary>
    public const int Queries = 64;

    /// <summary>Keys, and values, that are staged at a time.</summary>
    public const int Keys = 64;

    /// <summary>The longest head; shorter ones are filled up with zeros.</summary>
    public const int HeadDim = 128;

    public const int Chunk = 16;
    public const int ElementsOfChunk = 8;

    /// <summary>Chunks of the keys, or of the values, that a thread copies.</summary>
    public const int CopiesOfThread = Keys * ChunksOfRow / Threads;

    public const int RowsApart = Threads / ChunksOfRow;

    /// <summary>Bytes of the staged keys, or values.</summary>
    public const int TileBytes = Keys * ChunksOfRow * Chunk;

    private const int ChunksOfRow = HeadDim / ElementsOfChunk;
    private const int Lanes = 32;
    private const int WarpQueries = 16;

    public static int Tiles(int tokens) => (tokens + Queries - 1) / Queries;

    /// <summary>The row whose chunk a thread copies; its copies are <see cref="RowsApart"/> rows apart.</summary>
    public static int CopyRow(int thread) => thread / ChunksOfRow;

    /// <summary>The chunk of that row.</summary>
    public static int CopyChunk(int thread) => thread % ChunksOfRow;

    /// <summary>Where a chunk of a row lies. ldmatrix reads the same chunk of eight rows at once: the exclusive or puts them on different banks.</summary>
    public static int Offset(int row, int chunk) => ((row * ChunksOfRow) + (chunk ^ (row & 7))) * Chunk;

    /// <summary>The first of a thread's two queries; the other is 8 rows below.</summary>
    public static int Query(int thread) => (thread / Lanes * WarpQueries) + (thread % Lanes / 4);

    /// <summary>The first of a thread's two columns of each 8: elements of a query, keys of the scores, elements of the output.</summary>
    public static int Column(int thread) => thread % 4 * 2;

    /// <summary>
    /// Where the row of eight elements lies whose address a thread gives to ldmatrix for keys: matrices are keys 0 … 7 at elements 0 … 7 and 8 … 15, then keys 8 … 15.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="keys">0 … 3: which 16 keys.</param>
    /// <param name="step">0 … 7: which 16 elements.</param>
    public static int KeyRow(int thread, int keys, int step)
    {
        int matrix = thread % Lanes / 8;
        return Offset((keys * 16) + ((matrix >> 1) * 8) + (thread % 8), (step * 2) + (matrix & 1));
    }

    /// <summary>
    /// The same for values, transposed: matrices are values 0 … 7 and 8 … 15 at elements 0 … 7, then at elements 8 … 15.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="step">0 … 3: which 16 values.</param>
    /// <param name="elements">0 … 7: which 16 elements.</param>
    public static int ValueRow(int thread, int step, int elements)
    {
        int matrix = thread % Lanes / 8;
        return Offset((step * 16) + ((matrix & 1) * 8) + (thread % 8), (elements * 2) + (matrix >> 1));
    }
}
