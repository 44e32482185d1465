using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;

namespace Homer.Kernels.Rows.Gpu;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>The bodies of <see cref="Reductions"/> for a group of threads: thread t takes values t, t + group size, …</summary>
internal static class ReductionsGpu
{
    // Values that a thread loads at a time.
    private const int BatchLength = 8;

    public static int ArgMax(ArrayView<float> values, int n)
    {
        // First the batch of eight that holds the thread's largest value (the earliest one of several), then that value's place in the
        // batch.
        float best = float.NegativeInfinity;
        int batch = -1, step = Group.DimX, last = n - 1;
        for (int i = Group.IdxX; i < n; i += BatchLength * step)
        {
            float a = Primitives.Larger(values[i], values[XMath.Min(i + step, last)]);
            float b = Primitives.Larger(values[XMath.Min(i + (2 * step), last)], values[XMath.Min(i + (3 * step), last)]);
            float c = Primitives.Larger(values[XMath.Min(i + (4 * step), last)], values[XMath.Min(i + (5 * step), last)]);
            float d = Primitives.Larger(values[XMath.Min(i + (6 * step), last)], values[XMath.Min(i + (7 * step), last)]);
            float largest = Primitives.Larger(Primitives.Larger(a, b), Primitives.Larger(c, d));
            if (largest > best)
            {
                best = largest;
                batch = i;
            }
        }

        float max = Primitives.Max(best);
        int at = int.MaxValue;
        if (best == max && batch >= 0)
        {
            at = batch;
            for (int i = 1; i < BatchLength && values[at] != max; i++)
                at = XMath.Min(at + step, last);
        }

        int first = GroupExtensions.AllReduce<int, MinInt32>(at);
        return first == int.MaxValue ? 0 : first;
    }

    public static CountAndSum AtLeast(ArrayView<float> values, int n, float threshold)
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
            Sum = Primitives.Sum(sum),
        };
    }
}
