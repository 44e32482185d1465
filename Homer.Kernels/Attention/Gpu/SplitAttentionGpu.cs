using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#keys-split-among-groups
/// <summary>
/// Attention in decoding on a GPU. There are too few queries to fill the device, so the keys of each are split among several groups (Dao et
/// al. 2023, "Flash-Decoding").
/// </summary>
/// <remarks>
/// <code>
/// keys of a query   |  split 0  |  split 1  |  split 2  |            a split is whole tiles
/// 1. per split      m, l, o     the largest score, the sum of weights, the weighted sum of values (<see cref="FlashDecodingTile"/>)
/// 2. per query      o = Σ exp(mₛ − m)·oₛ / Σ exp(mₛ − m)·lₛ         (<see cref="Combine"/>)
/// </code>
/// </remarks>
internal static class SplitAttentionGpu
{
    /// <summary>The most splits of a query's keys.</summary>
    public const int MostSplits = 32;

    // More tokens go to tensor cores where there are any, and fill other devices by themselves.
    private const int MostTokens = 15;

    // As many as a multiprocessor holds at once, so that all loads begin together.
    private const int GroupsOfMultiprocessor = 8;

    /// <summary>Returns the 32-bit numbers that one split of a query leaves.</summary>
    public static int PartLength(int headDim) => headDim + 2;

    /// <summary>Returns the number of splits; 0 where this body does not apply.</summary>
    public static int Splits(ComputeDevice device, LayerRows rows, AttentionShape shape, long scratch)
    {
        KeyValueCache cache = rows.Cache;
        bool aligned = device.Description.Kind != DeviceKind.Cuda || rows.Addresses.AreAlignedTo(16);
        int pieces = cache.HeadDim / (cache.Type == CacheType.Float32 ? 4 : 8);
        bool fits = cache.HeadDim % 8 == 0 && pieces <= GpuGroup.Size && aligned;
        if (device.GroupSize == 1 || shape.Tokens > MostTokens || !fits)
            return 0;
        int queries = shape.Tokens * shape.Heads;
        int wanted = TileProduct.DivideUp(GroupsOfMultiprocessor * device.Accelerator.NumMultiprocessors, queries);
        long room = scratch / ((long)queries * PartLength(cache.HeadDim));
        int most = (int)Math.Min(Math.Min(wanted, MostSplits), room);
        if (most == 0)
            return 0;
        // Splits are whole tiles: 33 tiles in at most 32 splits are 17 splits of two.
        int tiles = TileProduct.DivideUp(shape.Past + shape.Tokens, FlashDecodingTile.KeysOf(pieces));
        return TileProduct.DivideUp(tiles, TileProduct.DivideUp(tiles, most));
    }

    /// <summary>Attends to the splits of the calling group: the first pass.</summary>
    public static void Attend<T>(
        ArrayView<float> parts, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past, int splits)
        where T : unmanaged, ILoadedElement
    {
        T element = default;
        int d = layout.HeadDim, length = d + 2, tile = FlashDecodingTile.KeysOf(d / element.ElementsOfLoad);
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads * splits; item += Grid.DimX)
        {
            int row = item / splits, count = past + (row / layout.Heads) + 1;
            int perSplit = TileProduct.DivideUp(TileProduct.DivideUp(count, tile), splits) * tile;
            int start = item % splits * perSplit;
            var range = new KeyRange { Start = start, End = XMath.Min(count, start + perSplit), Count = count };
            long first = layout.CacheRow(layout.KvHeadOf(row % layout.Heads), 0), elements = (long)count * d;
            FlashDecodingTile.Attend(
                parts.SubView((long)item * length, length), query.SubView((long)row * d, d), cached.Keys.SubView(first, elements),
                cached.Values.SubView(first, elements), range, d);
        }
    }

    /// <summary>
    /// Combines the splits of the calling group's queries: the second pass. Thread t owns output elements t, t + 128 and so on.
    /// </summary>
    public static void Combine(ArrayView<float> output, ArrayView<float> parts, int rows, int d, int splits)
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(MostSplits);
        int length = d + 2, t = Group.IdxX;
        for (int row = Grid.IdxX; row < rows; row += Grid.DimX)
        {
            ArrayView<float> own = parts.SubView((long)row * splits * length, splits * length);
            // Thread s weighs split s. Threads without a split repeat the first, which does not count again.
            int split = t < splits ? t * length : 0;
            float max = own[split], part = own[split + 1];
            float weight = XMath.Exp(max - Primitives.Max(max));
            float sum = Primitives.Sum(t < splits ? weight * part : 0);
            if (t < splits)
                weights[t] = weight / sum;
            Group.Barrier();
            for (int i = t; i < d; i += Group.DimX)
                output[((long)row * d) + i] = Weighted(own, weights, 2 + i, length, splits);
            Group.Barrier();
        }
    }

    /// <summary>Computes Σ weightₛ · oₛ of one element, four splits at a time.</summary>
    private static float Weighted(ArrayView<float> own, ArrayView<float> weights, int at, int length, int splits)
    {
        float sum = 0;
        int s = 0;
        for (; s <= splits - 4; s += 4, at += 4 * length)
        {
            float a = own[at], b = own[at + length], c = own[at + (2 * length)], d = own[at + (3 * length)];
            sum += (weights[s] * a) + (weights[s + 1] * b) + (weights[s + 2] * c) + (weights[s + 3] * d);
        }

        for (; s < splits; s++, at += length)
            sum += weights[s] * own[at];
        return sum;
    }
}
