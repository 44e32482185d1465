using Homer.Kernels.TensorCores;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// A thread's asynchronous copies of tiles of 64 keys or values to shared memory: one chunk of every 8th row, or of every 16th row for
/// heads of 64.
/// </summary>
/// <remarks>
/// Missing rows are copies of the last row, which no query weighs through them, and missing chunks are copies of the head's last chunk,
/// which meets zeros in the queries. So every tile is copied without conditions.
/// </remarks>
/// <param name="keys">The address of the first of all keys.</param>
/// <param name="headDim">Elements of a row.</param>
/// <param name="rows">Rows that exist.</param>
/// <param name="thread">The thread.</param>
/// <param name="elements">Elements of a head as the kernel takes it.</param>
internal readonly struct TileCopies(long keys, int headDim, int rows, int thread, int elements)
{
    private readonly int lastRow = rows - 1, rowBytes = headDim * sizeof(ushort);

    // The thread's chunk of the first key.
    private readonly long from = TensorInstructions.Here(
        keys + XMath.Min(
            AttentionTiling.CopyChunk(thread, elements) * AttentionTiling.Chunk, (headDim * sizeof(ushort)) - AttentionTiling.Chunk));

    private readonly uint place = TensorInstructions.Here(
        (uint)AttentionTiling.Offset(AttentionTiling.CopyRow(thread, elements), AttentionTiling.CopyChunk(thread, elements)));

    /// <summary>Begins a batch of copies, an empty one where no row exists.</summary>
    /// <param name="tile">Where the tile goes, in shared memory.</param>
    /// <param name="beyond">The distance from the keys to the rows that are copied: 0 or the one to the values.</param>
    /// <param name="first">The tile's first row.</param>
    /// <param name="heads">The elements of a head.</param>
    public void Begin<THeads>(uint tile, long beyond, int first, THeads heads)
        where THeads : unmanaged, IHeadWidth
    {
        if (first <= lastRow)
        {
            long source = from + beyond;
            int row = first + AttentionTiling.RowAt(place);
            Copy(tile, source, row, 0, heads);
            Copy(tile, source, row, 1, heads);
            Copy(tile, source, row, 2, heads);
            Copy(tile, source, row, 3, heads);
            if (heads.Elements > AttentionTiling.HeadDim / 2)
            {
                Copy(tile, source, row, 4, heads);
                Copy(tile, source, row, 5, heads);
                Copy(tile, source, row, 6, heads);
                Copy(tile, source, row, 7, heads);
            }
        }

        TensorInstructions.CommitCopies();
    }

    private void Copy<THeads>(uint tile, long source, int row, int i, THeads heads)
        where THeads : unmanaged, IHeadWidth
    {
        int below = i * AttentionTiling.RowsApart(heads.Elements);
        uint existing = (uint)XMath.Min(row + below, lastRow);
        // Rows that are 8 apart have their chunks at the same columns.
        uint target = tile + place + (uint)AttentionTiling.Offset(below, 0);
        TensorInstructions.CopyAsync(target, source + (long)((ulong)existing * (uint)rowBytes));
    }
}
