using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// A thread's copies of tiles of 64 keys or values of 32 bits, which are split into binary16 parts in registers on their way to shared
/// memory.
/// </summary>
internal struct SplitTileCopies
{
    /// <summary>Elements of a row.</summary>
    public int HeadDim;

    /// <summary>Rows that exist.</summary>
    public int Rows;

    /// <summary>The thread.</summary>
    public int Thread;

    /// <summary>Copies the thread's share of 64 rows; missing rows and elements become zeros.</summary>
    /// <param name="target">Where the tile goes, in shared memory; the small parts follow the large ones.</param>
    /// <param name="source">The address of the first of all rows.</param>
    /// <param name="first">The tile's first row.</param>
    /// <param name="parts">The parts of the keys or values.</param>
    /// <param name="heads">The elements of a head.</param>
    public readonly void Store<TParts, THeads>(uint target, long source, int first, TParts parts, THeads heads)
        where TParts : unmanaged, IParts
        where THeads : unmanaged, IHeadWidth
    {
        Float16Mma element = default;
        int chunk = AttentionTiling.CopyChunk(Thread, heads.Elements), apart = AttentionTiling.RowsApart(heads.Elements);
        for (int row = AttentionTiling.CopyRow(Thread, heads.Elements); row < AttentionTiling.Keys; row += apart)
        {
            Pairs eight = default;
            if (first + row < Rows && chunk * AttentionTiling.ElementsOfChunk < HeadDim)
                eight = Load(source + ((((long)(first + row) * HeadDim) + (chunk * AttentionTiling.ElementsOfChunk)) * sizeof(float)));
            uint to = target + (uint)AttentionTiling.Offset(row, chunk);
            Registers large = FragmentMath.Round(element, eight);
            TensorInstructions.Store(to, large);
            if (parts.Count > 1)
            {
                Registers small = FragmentMath.Round(element, FragmentMath.Remainder(element, eight, large));
                TensorInstructions.Store(to + AttentionTiling.TileBytes, small);
            }
        }
    }

    private static Pairs Load(long address)
    {
        Float32x4 low = TensorInstructions.LoadGlobal(address), high = TensorInstructions.LoadGlobal(address + AttentionTiling.Chunk);
        return new()
        {
            P0 = new() { Low = low.X, High = low.Y },
            P1 = new() { Low = low.Z, High = low.W },
            P2 = new() { Low = high.X, High = high.Y },
            P3 = new() { Low = high.Z, High = high.W },
        };
    }
}
