using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>
/// On a GPU, y = x·wᵀ (or y += x·wᵀ) for few rows of x and 16-bit weights, as in decoding, where reading w is what takes the time: a group reads four rows of w at
/// once, 16 bytes of each a thread, so that four loads are under way before the first is needed, and a piece of x serves all four.
/// </summary>
/// <remarks>
/// <code>
/// w, four rows      |0 … 7|8 … 15| …            |1016 … 1023|1024 … 1031| …    elements
/// thread               0      1    …                 127          0
/// </code>
/// Each thread has a sum for each row; they are added up over the group at the end. More rows of x read w again, from the second-level cache.
/// </remarks>
internal static class RowProductOnGroup
{
    /// <summary>Rows of w, which are columns of y, that a group takes at once.</summary>
    public const int Columns = 4;

    private const int MostRows = 4;
    private const int ElementsOfLoad = 8;

    /// <summary>Whether this body is for a product. CUDA wants loads of 16 bytes aligned; OpenCL C is written with smaller ones.</summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.GroupSize > 1 && w.Type is WeightType.Float16 or WeightType.BFloat16 && rows <= MostRows && w.Columns % ElementsOfLoad == 0
        && (device.Description.Kind != DeviceKind.Cuda || (DeviceAddress.Of(x) | w.Address) % 16 == 0);

    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where T : unmanaged, IPackedElement
    {
        for (int column = group * Columns; column < n; column += groups * Columns)
        {
            // Told that the rows are aligned, ILGPU writes one load of 16 bytes, and four of 4 bytes otherwise. Where fewer rows are left, the last one stands in for those that are missing.
            ArrayView<Packed8> w0 = Row(w, column, n, k), w1 = Row(w, column + 1, n, k), w2 = Row(w, column + 2, n, k), w3 = Row(w, column + 3, n, k);
            for (int row = 0; row < m; row++)
            {
                ArrayView<Float4> input = x.SubView((long)row * k, k).AsAligned(16).Cast<Float4>();
                float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
                for (int i = Group.IdxX; i < k / ElementsOfLoad; i += Group.DimX)
                {
                    Packed8 p0 = w0[i], p1 = w1[i], p2 = w2[i], p3 = w3[i];
                    Float4 low = input[2 * i], high = input[(2 * i) + 1];
                    s0 += Dot<T>(p0, low, high);
                    s1 += Dot<T>(p1, low, high);
                    s2 += Dot<T>(p2, low, high);
                    s3 += Dot<T>(p3, low, high);
                }

                Finish(y, row, column, n, s0, accumulate);
                Finish(y, row, column + 1, n, s1, accumulate);
                Finish(y, row, column + 2, n, s2, accumulate);
                Finish(y, row, column + 3, n, s3, accumulate);
            }
        }
    }

    private static ArrayView<Packed8> Row<T>(ArrayView<T> w, int row, int n, int k)
        where T : unmanaged => w.SubView((long)XMath.Min(row, n - 1) * k, k).AsAligned(16).Cast<Packed8>();

    private static float Dot<T>(Packed8 w, Float4 low, Float4 high)
        where T : unmanaged, IPackedElement
    {
        T element = default;
        Pair a = element.Unpack(w.E01), b = element.Unpack(w.E23), c = element.Unpack(w.E45), d = element.Unpack(w.E67);
        return (a.Low * low.X) + (a.High * low.Y) + (b.Low * low.Z) + (b.High * low.W)
            + (c.Low * high.X) + (c.High * high.Y) + (d.Low * high.Z) + (d.High * high.W);
    }

    private static void Finish(ArrayView<float> y, int row, int column, int n, float sum, int accumulate)
    {
        float total = GroupExtensions.AllReduce<float, AddFloat>(sum);
        if (Group.IdxX != 0 || column >= n)
            return;
        long at = ((long)row * n) + column;
        y[at] = accumulate != 0 ? y[at] + total : total;
    }
}
