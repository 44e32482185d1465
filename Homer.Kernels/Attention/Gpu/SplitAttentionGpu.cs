using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

/// <summary>
/// On a GPU, attention of few tokens, whose keys are split among several groups, since there are too few queries to fill the device otherwise (Dao et al. 2023,
/// "Flash-Decoding"). Each group passes over its keys with online softmax and leaves its largest score, the sum of its weights and the sum of its weighted values; then one
/// group a query brings them together: o = Σ exp(mₛ − m)·oₛ / Σ exp(mₛ − m)·lₛ.
/// </summary>
/// <remarks>
/// <code>
/// keys of a query   |  split 0  |  split 1  |  split 2  |           a split is whole tiles
/// </code>
/// What a group does with its keys: <see cref="FlashDecodingTile"/>.
/// </remarks>
internal static class SplitAttentionGpu
{
    public const int MostSplits = 32;

    // More go to tensor cores where there are any, and elsewhere fill the device by themselves.
    private const int MostTokens = 15;

    // As many as a multiprocessor holds at once, so that all keys are asked for from the beginning.
    private const int GroupsOfMultiprocessor = 8;

    /// <summary>32-bit numbers that the splits of one query leave.</summary>
    public static int PartLength(int headDim) => headDim + 2;

    /// <summary>Into how many splits the keys go; 0 where this body is not for the attention.</summary>
    public static int Splits(ComputeDevice device, LayerRows rows, AttentionShape shape, long scratch)
    {
        KeyValueCache cache = rows.Cache;
        bool aligned = device.Description.Kind != DeviceKind.Cuda || rows.Addresses.AreAlignedTo(16);
        int pieces = cache.HeadDim / (cache.Type == CacheType.Float32 ? 4 : 8);
        if (device.GroupSize == 1 || shape.Tokens > MostTokens || cache.HeadDim % 8 != 0 || pieces > GpuGroup.Size || !aligned)
            return 0;
        int queries = shape.Tokens * shape.Heads;
        int wanted = TileProduct.DivideUp(GroupsOfMultiprocessor * device.Accelerator.NumMultiprocessors, queries);
        long room = scratch / ((long)queries * PartLength(cache.HeadDim));
        int most = (int)Math.Min(Math.Min(wanted, MostSplits), room);
        if (most == 0)
            return 0;
        // No more than there are tiles for: with 33 tiles and 32 splits, 17 have two.
        int tiles = TileProduct.DivideUp(shape.Past + shape.Tokens, FlashDecodingTile.KeysOf(pieces));
        return TileProduct.DivideUp(tiles, TileProduct.DivideUp(tiles, most));
    }

    /// <summary>The share of one group in the first pass.</summary>
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

    /// <summary>The share of one group in the second pass: thread t has elements t, t + 128, … of the output.</summary>
    public static void Combine(ArrayView<float> output, ArrayView<float> parts, int rows, int d, int splits)
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(MostSplits);
        int length = d + 2, t = Group.IdxX;
        for (int row = Grid.IdxX; row < rows; row += Grid.DimX)
        {
            ArrayView<float> own = parts.SubView((long)row * splits * length, splits * length);
            // A thread a split; those that have none repeat the first, which does not count again.
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

    /// <summary>Σ weightₛ · oₛ for one element, four splits at a time.</summary>
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
