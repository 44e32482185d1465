using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#attention-of-one-query
/// <summary>
/// Attention of one query to <c>count</c> keys by a group of GPU threads, with online softmax: output = Σ softmax(scale · query·keyⱼ)ⱼ ·
/// valueⱼ; see <see cref="SoftmaxTileGpu"/>.
/// </summary>
internal static class AttentionRowGpu
{
    /// <summary>Attends to all keys with one query.</summary>
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, int count, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        var all = new BilevelKeys<T>
        {
            NearQuery = query,
            FarQuery = query,
            NearKeys = keys,
            FarKeys = keys,
            Values = values,
            Count = count,
        };
        Attend(output, all, d, scale);
    }

    /// <summary>Attends with a query in two versions to the keys that each of them meets.</summary>
    public static void Attend<T>(ArrayView<float> output, BilevelKeys<T> keys, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(GpuGroup.Size);
        SoftmaxTileGpu softmax = SoftmaxTileGpu.Start();
        for (int start = 0; start < keys.Count; start += Group.DimX)
        {
            // Thread t scores key t of the tile.
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < keys.FarCount)
                score = Dot(keys.FarQuery, 0, keys.FarKeys, (long)j * d, d) * scale;
            else if (j < keys.Count)
                score = Dot(keys.NearQuery, 0, keys.NearKeys, (long)(j - keys.FarCount) * d, d) * scale;
            softmax = softmax.Next(score, keys.Count - start, start == 0, weights, keys.Values, start, d);
        }

        // Thread t writes elements t and t + 128 of the output.
        int first = Group.IdxX, second = first + Group.DimX;
        if (first < d)
            output[first] = softmax.First / softmax.Sum;
        if (second < d)
            output[second] = softmax.Second / softmax.Sum;
    }

    /// <summary>Computes query·key in the calling thread alone, over d elements of each from where it begins.</summary>
    public static float Dot<T>(ArrayView<float> query, long queryStart, ArrayView<T> keys, long keyStart, int d)
        where T : unmanaged, IWeightElement
    {
        float sum = 0;
        for (int i = 0; i < d; i++)
            sum += query[queryStart + i] * keys[keyStart + i].ToSingle();
        return sum;
    }
}
