using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Micro;

/// <summary>The bodies of <see cref="Reductions"/> for a group of threads: thread t takes values t, t + group size, …</summary>
internal static class ReductionsOnGroup
{
    public static int ArgMax(ArrayView<float> values, int n)
    {
        float best = float.NegativeInfinity;
        int at = int.MaxValue;
        for (int i = Group.IdxX; i < n; i += Group.DimX)
        {
            float value = OrderedBits.Number(values[i]);
            if (value > best)
            {
                best = value;
                at = i;
            }
        }

        float max = GroupExtensions.AllReduce<float, MaxFloat>(best);
        int first = GroupExtensions.AllReduce<int, MinInt32>(best == max ? at : int.MaxValue);
        return first == int.MaxValue ? 0 : first;
    }

    public static Tally AtLeast(ArrayView<float> values, int n, float threshold)
    {
        int count = 0;
        float sum = 0;
        for (int i = Group.IdxX; i < n; i += Group.DimX)
        {
            float value = OrderedBits.Number(values[i]);
            if (value >= threshold)
            {
                count++;
                sum += value;
            }
        }

        return new()
        {
            Count = GroupExtensions.AllReduce<int, AddInt32>(count),
            Sum = GroupExtensions.AllReduce<float, AddFloat>(sum),
        };
    }
}
