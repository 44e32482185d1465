using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Micro;

/// <summary>
/// For a group of threads, one query over <c>count</c> keys with online softmax: output = Σ softmax(scale · query·keyⱼ)ⱼ · valueⱼ. A tile of as
/// many keys as there are threads at a time, thread t scores key t; then thread t owns output elements t and t + group size.
/// </summary>
internal static class AttentionRowOnGroup
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
        int first = Group.IdxX, second = first + Group.DimX;
        float max = float.NegativeInfinity, sum = 0, s0 = 0, s1 = 0;
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < farCount)
                score = Dot(far, 0, farKeys, (long)j * d, d) * scale;
            else if (j < count)
                score = Dot(near, 0, nearKeys, (long)(j - farCount) * d, d) * scale;

            float newMax = XMath.Max(max, GroupExtensions.AllReduce<float, MaxFloat>(score));
            float weight = j < count ? XMath.Exp(score - newMax) : 0;
            float correction = start == 0 ? 0 : XMath.Exp(max - newMax);
            weights[Group.IdxX] = weight;
            sum = (sum * correction) + GroupExtensions.AllReduce<float, AddFloat>(weight);
            s0 *= correction;
            s1 *= correction;
            Group.Barrier();
            int tile = XMath.Min(Group.DimX, count - start);
            for (int t = 0; t < tile; t++)
            {
                long value = (long)(start + t) * d;
                if (first < d)
                    s0 += weights[t] * values[value + first].ToSingle();
                if (second < d)
                    s1 += weights[t] * values[value + second].ToSingle();
            }

            Group.Barrier();
            max = newMax;
        }

        if (first < d)
            output[first] = s0 / sum;
        if (second < d)
            output[second] = s1 / sum;
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
