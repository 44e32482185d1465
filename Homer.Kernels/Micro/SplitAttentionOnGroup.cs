using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>
/// On a GPU, attention of few tokens, whose keys are split among several groups, since there are too few queries to fill the device otherwise (Dao et al. 2023,
/// "Flash-Decoding"). Each group passes over its keys with online softmax and leaves its largest score, the sum of its weights and the sum of its weighted values; then one
/// group a query brings them together: o = Σ exp(mₛ − m)·oₛ / Σ exp(mₛ − m)·lₛ.
/// </summary>
/// <remarks>
/// <code>
/// keys of a query   |  split 0  |  split 1  |  split 2  |           a split is whole tiles of 128 keys
/// tile              thread t: score of key t, 16 bytes of the key a load
///                   then thread t: elements t and t + 128 of the output, all keys of the tile
/// </code>
/// </remarks>
internal static class SplitAttentionOnGroup
{
    public const int MostSplits = 16;

    // More go to tensor cores where there are any, and elsewhere fill the device by themselves.
    private const int MostTokens = 15;

    // Enough groups for several on each multiprocessor.
    private const int GroupsOfMultiprocessor = 4;

    /// <summary>32-bit numbers that the splits of one query leave.</summary>
    public static int PartLength(int headDim) => headDim + 2;

    /// <summary>Into how many splits the keys go; 0 where this body is not for the attention.</summary>
    public static int Splits(ComputeDevice device, KeyValueCache cache, int layer, int past, int tokens, int heads, long scratch)
    {
        bool aligned = device.Description.Kind != DeviceKind.Cuda || (cache.KeyAddress(layer) | cache.ValueAddress(layer)) % 16 == 0;
        if (device.GroupSize == 1 || tokens > MostTokens || cache.HeadDim % 8 != 0 || !aligned)
            return 0;
        int tiles = (past + tokens + ComputeDevice.GpuGroupSize - 1) / ComputeDevice.GpuGroupSize;
        int wanted = ((GroupsOfMultiprocessor * device.Accelerator.NumMultiprocessors) + (tokens * heads) - 1) / (tokens * heads);
        long room = scratch / ((long)tokens * heads * PartLength(cache.HeadDim));
        return (int)Math.Min(Math.Min(tiles, wanted), Math.Min(room, MostSplits));
    }

    /// <summary>The share of one group in the first pass.</summary>
    public static void Attend<T>(
        ArrayView<float> parts, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past, int splits, int group, int groups)
        where T : unmanaged, ILoadedElement
    {
        int d = layout.HeadDim, length = d + 2;
        for (int item = group; item < layout.Tokens * layout.Heads * splits; item += groups)
        {
            int row = item / splits, count = past + (row / layout.Heads) + 1;
            int tiles = (count + Group.DimX - 1) / Group.DimX, perSplit = (tiles + splits - 1) / splits * Group.DimX;
            int start = item % splits * perSplit, end = XMath.Min(count, start + perSplit);
            long first = layout.CacheRow(layout.KvHeadOf(row % layout.Heads), 0), rows = (long)count * d;
            Attend(
                parts.SubView((long)item * length, length), query.SubView((long)row * d, d), keys.SubView(first, rows).AsAligned(16).Cast<Packed8>(), values.SubView(first, rows), start, end, d);
        }
    }

    /// <summary>The share of one group in the second pass.</summary>
    public static void Combine(ArrayView<float> output, ArrayView<float> parts, int rows, int d, int splits, int group, int groups)
    {
        int length = d + 2;
        for (int row = group; row < rows; row += groups)
        {
            ArrayView<float> own = parts.SubView((long)row * splits * length, splits * length);
            float max = float.NegativeInfinity, sum = 0;
            for (int s = 0; s < splits; s++)
                max = XMath.Max(max, own[s * length]);
            for (int s = 0; s < splits; s++)
                sum += XMath.Exp(own[s * length] - max) * own[(s * length) + 1];
            for (int i = Group.IdxX; i < d; i += Group.DimX)
            {
                float total = 0;
                for (int s = 0; s < splits; s++)
                    total += XMath.Exp(own[s * length] - max) * own[(s * length) + 2 + i];
                output[((long)row * d) + i] = total / sum;
            }
        }
    }

    /// <summary>Keys start … end − 1 of one query. Where there are none, the largest score stays −∞ and counts nothing.</summary>
    private static void Attend<T>(ArrayView<float> part, ArrayView<float> query, ArrayView<Packed8> keys, ArrayView<T> values, int start, int end, int d)
        where T : unmanaged, ILoadedElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(ComputeDevice.GpuGroupSize);
        SoftmaxTileOnGroup softmax = SoftmaxTileOnGroup.Start();
        float scale = 1 / XMath.Sqrt((float)d);
        for (int tile = start; tile < end; tile += Group.DimX)
        {
            int j = tile + Group.IdxX;
            float score = j < end ? Score<T>(query, keys, j, d) * scale : float.NegativeInfinity;
            softmax = softmax.Next(score, end - tile, tile == start, weights, values, tile, d);
        }

        int first = Group.IdxX, second = first + Group.DimX;
        if (Group.IdxX == 0)
        {
            part[0] = softmax.Max;
            part[1] = softmax.Sum;
        }

        if (first < d)
            part[2 + first] = softmax.First;
        if (second < d)
            part[2 + second] = softmax.Second;
    }

    private static float Score<T>(ArrayView<float> query, ArrayView<Packed8> keys, int j, int d)
        where T : unmanaged, ILoadedElement
    {
        T element = default;
        int loads = d / element.ElementsOfLoad;
        float sum = 0;
        for (int i = 0; i < loads; i++)
            sum += element.Dot(keys[((long)j * loads) + i], query, i * element.ElementsOfLoad);
        return sum;
    }
}
