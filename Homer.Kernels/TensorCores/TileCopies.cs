using ILGPU.Algorithms;

namespace Homer.Kernels.TensorCores;

/// <summary>A thread's copies of tiles of 64 keys or values to shared memory: one chunk of every 8th row, or of every 16th of heads of 64.</summary>
/// <remarks>
/// What is not there is filled with what is: the last row, which no query gives a weight beyond itself, and a head's last chunk, which meets zeros in the queries. So every tile
/// is copied alike, without conditions.
/// </remarks>
/// <param name="headDim">Elements of a row.</param>
/// <param name="rows">Rows that exist.</param>
/// <param name="thread">The thread.</param>
/// <param name="elements">Of a head as the kernel takes it.</param>
internal readonly struct TileCopies(int headDim, int rows, int thread, int elements)
{
    private readonly int lastRow = rows - 1, row = AttentionTiling.CopyRow(thread, elements), rowBytes = headDim * sizeof(ushort);
    private readonly int offset = XMath.Min(AttentionTiling.CopyChunk(thread, elements) * AttentionTiling.Chunk, (headDim * sizeof(ushort)) - AttentionTiling.Chunk);
    private readonly uint place = (uint)AttentionTiling.Offset(AttentionTiling.CopyRow(thread, elements), AttentionTiling.CopyChunk(thread, elements));

    /// <summary>Begins a batch of copies; an empty one where no row exists.</summary>
    /// <param name="tile">Where to, in shared memory.</param>
    /// <param name="source">The address of the first of all rows.</param>
    /// <param name="first">The tile's first row.</param>
    /// <param name="heads">The elements of a head.</param>
    public void Begin<THeads>(uint tile, long source, int first, THeads heads)
        where THeads : unmanaged, IHeadWidth
    {
        if (first <= lastRow)
        {
            long from = source + offset;
            Copy(tile, from, first, 0, heads);
            Copy(tile, from, first, 1, heads);
            Copy(tile, from, first, 2, heads);
            Copy(tile, from, first, 3, heads);
            if (heads.Elements > AttentionTiling.HeadDim / 2)
            {
                Copy(tile, from, first, 4, heads);
                Copy(tile, from, first, 5, heads);
                Copy(tile, from, first, 6, heads);
                Copy(tile, from, first, 7, heads);
            }
        }

        TensorInstructions.CommitCopies();
    }

    private void Copy<THeads>(uint tile, long from, int first, int i, THeads heads)
        where THeads : unmanaged, IHeadWidth
    {
        int below = i * AttentionTiling.RowsApart(heads.Elements);
        uint existing = (uint)XMath.Min(first + row + below, lastRow);
        // Rows that are 8 apart have their chunks in the same places.
        TensorInstructions.CopyAsync(tile + place + (uint)AttentionTiling.Offset(below, 0), from + (long)((ulong)existing * (uint)rowBytes));
    }
}
