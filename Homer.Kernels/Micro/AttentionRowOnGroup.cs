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
    // The largest group that ComputeDevice opens.
    private const int Threads = 128;

    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, int count, int d, float scale)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(Threads);
        int first = Group.IdxX, second = first + Group.DimX;
        float max = float.NegativeInfinity, sum = 0, s0 = 0, s1 = 0;
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < count)
            {
                long key = (long)j * d;
                score = 0;
                for (int i = 0; i < d; i++)
                    score += query[i] * keys[key + i].ToSingle();
                score *= scale;
            }

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
}
