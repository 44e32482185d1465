using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#tokenselection
/// <summary>
/// Selects the survivors of a pruning: all affix tokens and the document tokens of highest significance, in their order. With pooling, a
/// token counts as much as the best of the <c>pooling</c> document tokens centred on it; ties go to the higher own score, then to the
/// earlier token.
/// </summary>
/// <remarks>
/// Two counts over the chunk, each token independent of the others, replace sorting and scanning:
/// <code>
/// rank(i)  = number of document tokens that precede token i in this order        affixes: −1
/// place(i) = number of tokens j &lt; i with rank(j) &lt; budget                       kept[place(i)] = i where rank(i) &lt; budget
/// </code>
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class TokenSelection(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int> pool =
        device.Load<ArrayView<float>, ArrayView<float>, int, int, int>(PoolKernel);

    private readonly Action<KernelConfig, ArrayView<int>, ArrayView<float>, ArrayView<float>, int, int, int> rank =
        device.Load<ArrayView<int>, ArrayView<float>, ArrayView<float>, int, int, int>(RankKernel);

    private readonly Action<KernelConfig, ArrayView<int>, ArrayView<int>, int, int> place =
        device.Load<ArrayView<int>, ArrayView<int>, int, int>(PlaceKernel);

    /// <summary>Selects <paramref name="target"/> tokens of a chunk.</summary>
    /// <param name="kept">Output [target]: indices of the survivors, ascending.</param>
    /// <param name="significance">[tokens].</param>
    /// <param name="scratch">Ranks [tokens] and pooled scores [tokens].</param>
    /// <param name="chunk">The lengths of the chunk's parts.</param>
    /// <param name="target">The number of survivors, at least prefix + suffix.</param>
    /// <param name="pooling">The odd width of the pooling window; 1 for no pooling.</param>
    public void Launch(
        ArrayView<int> kept, ArrayView<float> significance, (ArrayView<int> Ranks, ArrayView<float> Pooled) scratch, ChunkShape chunk,
        int target, int pooling)
    {
        KernelConfig grid = device.Grid(chunk.Tokens);
        int end = chunk.Tokens - chunk.Suffix;
        ArrayView<float> pooled = significance;
        if (pooling > 1)
        {
            pooled = scratch.Pooled;
            pool(grid, pooled, significance, chunk.Prefix, end, pooling / 2);
        }

        rank(grid, scratch.Ranks, pooled, significance, chunk.Prefix, end, chunk.Tokens);
        place(grid, kept, scratch.Ranks, chunk.Tokens, target - chunk.Prefix - chunk.Suffix);
    }

    internal static void PoolKernel(ArrayView<float> pooled, ArrayView<float> own, int first, int end, int radius)
    {
        WorkRange share = WorkPartition.Of(end - first);
        for (int i = share.First; i < share.End; i += share.Step)
        {
            float max = WindowMax.Of(own, first, end, first + i, radius);
            if (Group.IdxX == 0)
                pooled[first + i] = max;
        }
    }

    internal static void RankKernel(ArrayView<int> ranks, ArrayView<float> pooled, ArrayView<float> own, int first, int end, int tokens)
    {
        WorkRange share = WorkPartition.Of(tokens);
        for (int i = share.First; i < share.End; i += share.Step)
        {
            int beaten = i < first || i >= end ? -1 : Ranks.Of(pooled, own, first, end, i);
            if (Group.IdxX == 0)
                ranks[i] = beaten;
        }
    }

    internal static void PlaceKernel(ArrayView<int> kept, ArrayView<int> ranks, int tokens, int budget)
    {
        WorkRange share = WorkPartition.Of(tokens);
        for (int i = share.First; i < share.End; i += share.Step)
        {
            // All threads of a group see the same rank, so all or none of them enter the count.
            if (ranks[i] >= budget)
                continue;
            int place = Ranks.CountBelow(ranks, i, budget);
            if (Group.IdxX == 0)
                kept[place] = i;
        }
    }
}
