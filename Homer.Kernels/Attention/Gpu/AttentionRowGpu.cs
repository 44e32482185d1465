using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Attention.Gpu;

/// <summary>
/// For a group of threads, one query over <c>count</c> keys with online softmax: output = Σ softmax(scale · query·keyⱼ)ⱼ · valueⱼ; see
/// <see cref="SoftmaxTileGpu"/>.
/// </summary>
internal static class AttentionRowGpu
{
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, int count, int d, float scale)
        where T : unmanaged, IWeightElement =>
        Attend(output, new BilevelKeys<T> { NearQuery = query, FarQuery = query, NearKeys = keys, FarKeys = keys, Values = values, Count = count }, d, scale);

    /// <summary>Attends with a query in two versions to the keys that each of them meets.</summary>
    public static void Attend<T>(ArrayView<float> output, BilevelKeys<T> keys, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(GpuGroup.Size);
        SoftmaxTileGpu softmax = SoftmaxTileGpu.Start();
        for (int start = 0; start < keys.Count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < keys.FarCount)
                score = Dot(keys.FarQuery, 0, keys.FarKeys, (long)j * d, d) * scale;
            else if (j < keys.Count)
                score = Dot(keys.NearQuery, 0, keys.NearKeys, (long)(j - keys.FarCount) * d, d) * scale;
            softmax = softmax.Next(score, keys.Count - start, start == 0, weights, keys.Values, start, d);
        }

        int first = Group.IdxX, second = first + Group.DimX;
        if (first < d)
            output[first] = softmax.First / softmax.Sum;
        if (second < d)
            output[second] = softmax.Second / softmax.Sum;
    }

    /// <summary>query·key by the calling thread alone, each d elements from where it begins.</summary>
    public static float Dot<T>(ArrayView<float> query, long queryStart, ArrayView<T> keys, long keyStart, int d)
        where T : unmanaged, IWeightElement
    {
        float sum = 0;
        for (int i = 0; i < d; i++)
            sum += query[queryStart + i] * keys[keyStart + i].ToSingle();
        return sum;
    }
}
