using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Micro;

/// <summary>The body of <see cref="BilevelRow"/> for a group of threads; goes over the keys as <see cref="AttentionRowOnGroup"/> does.</summary>
internal static class BilevelRowOnGroup
{
    // The largest group that ComputeDevice opens.
    private const int Threads = 128;

    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, ArrayView<T> nearKeys, ArrayView<T> farKeys,
        ArrayView<T> values, int farCount, int count, int d)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(Threads);
        int first = Group.IdxX, second = first + Group.DimX;
        float scale = 1 / XMath.Sqrt((float)d), max = float.NegativeInfinity, sum = 0, s0 = 0, s1 = 0;
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            float score = float.NegativeInfinity;
            if (j < farCount)
                score = Dot(far, farKeys, (long)j * d, d) * scale;
            else if (j < count)
                score = Dot(near, nearKeys, (long)(j - farCount) * d, d) * scale;

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

    private static float Dot<T>(ArrayView<float> query, ArrayView<T> keys, long key, int d)
        where T : unmanaged, IWeightElement
    {
        float sum = 0;
        for (int i = 0; i < d; i++)
            sum += query[i] * keys[key + i].ToSingle();
        return sum;
    }
}
