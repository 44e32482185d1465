using Homer.Kernels.Devices;
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
        where T : unmanaged, IWeightElement => Attend(output, query, query, keys, keys, values, 0, count, d, scale);

    /// <summary>The same for a query in two versions: keys 0 … far − 1 are met by the far one, keys far … count − 1, which begin <paramref name="nearKeys"/>, by the near one.</summary>
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, ArrayView<T> nearKeys, ArrayView<T> farKeys,
        ArrayView<T> values, int farCount, int count, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(ComputeDevice.GpuGroupSize);
        SoftmaxTileGpu softmax = SoftmaxTileGpu.Start();
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < farCount)
                score = Dot(far, 0, farKeys, (long)j * d, d) * scale;
            else if (j < count)
                score = Dot(near, 0, nearKeys, (long)(j - farCount) * d, d) * scale;
            softmax = softmax.Next(score, count - start, start == 0, weights, values, start, d);
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
