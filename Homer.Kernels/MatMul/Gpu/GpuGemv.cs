using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Gpu;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// On a GPU, y = x·wᵀ (or y += x·wᵀ) for few rows of x, as in decoding, where reading w is what takes the time: a group reads four rows of w at once, eight elements of
/// each a thread, so that four loads are under way before the first is needed, and a piece of x serves all four.
/// </summary>
/// <remarks>
/// <code>
/// w, four rows      |0 … 7|8 … 15| …            |1016 … 1023|1024 … 1031| …    elements
/// thread               0      1    …                 127          0
/// </code>
/// Each thread has a sum for each row; they are added up over the group at the end. More rows of x read w again, from the second-level cache.
/// </remarks>
internal static class GpuGemv
{
    /// <summary>Rows of w, which are columns of y, that a group takes at once.</summary>
    public const int Columns = 4;

    /// <summary>The most rows of x.</summary>
    public const int MostRows = 4;

    private const int ElementsOfLoad = 8;

    /// <summary>Whether this body is for a product. CUDA wants loads of 16 bytes aligned; OpenCL C is written with smaller ones.</summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.GroupSize > 1 && rows <= MostRows && w.Columns % ElementsOfLoad == 0
        && (device.Description.Kind != DeviceKind.Cuda || (DeviceAddress.Of(x) | w.Address) % 16 == 0);

    public static void Run<TWeights>(ArrayView<float> x, TWeights w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        for (int column = group * Columns; column < n; column += groups * Columns)
        {
            // Where fewer rows are left, the last one stands in for those that are missing.
            int last = n - 1;
            TWeights w0 = w.From(column, k), w1 = w.From(XMath.Min(column + 1, last), k), w2 = w.From(XMath.Min(column + 2, last), k), w3 = w.From(XMath.Min(column + 3, last), k);
            for (int row = 0; row < m; row++)
            {
                RowSums sums = Multiply(x.SubView((long)row * k, k), default(AsTheyAre), w0, w1, w2, w3, k);
                sums.Squares = 0;
                Write(y.SubView(((long)row * n) + column, XMath.Min(Columns, n - column)), Primitives.SumRows(sums), accumulate);
            }
        }
    }

    /// <summary>A normalized row of x by four rows of w: every thread of the group gets the sums.</summary>
    public static RowSums Multiply<TWeights>(NormedRows x, int row, TWeights w0, TWeights w1, TWeights w2, TWeights w3)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int k = x.Width;
        RowSums sums = Primitives.SumRows(Multiply(x.Rows.SubView((long)row * k, k), new Weighted(x.Weight), w0, w1, w2, w3, k));
        // The sum of squares comes with the products: the norm costs no pass of its own.
        float scale = 1 / XMath.Sqrt((sums.Squares / k) + x.Epsilon);
        return new() { S0 = sums.S0 * scale, S1 = sums.S1 * scale, S2 = sums.S2 * scale, S3 = sums.S3 * scale };
    }

    /// <summary>A thread's share of the products of four rows of w with a row of x, and of the sum of x's squares.</summary>
    private static RowSums Multiply<TNorm, TWeights>(ArrayView<float> x, TNorm norm, TWeights w0, TWeights w1, TWeights w2, TWeights w3, int k)
        where TNorm : struct, INorm
        where TWeights : struct, IWeightRows<TWeights>
    {
        ArrayView<Float32x4> input = x.AsAligned(16).Cast<Float32x4>();
        RowSums sums = default;
        int loads = k / ElementsOfLoad, i = Group.IdxX;
        for (; i + Group.DimX < loads; i += 2 * Group.DimX)
        {
            int j = i + Group.DimX;
            PackedEight p0 = w0.Load(i), p1 = w1.Load(i), p2 = w2.Load(i), p3 = w3.Load(i), q0 = w0.Load(j), q1 = w1.Load(j), q2 = w2.Load(j), q3 = w3.Load(j);
            sums = Add(sums, input, norm, i, w0, p0, p1, p2, p3);
            sums = Add(sums, input, norm, j, w0, q0, q1, q2, q3);
        }

        return i < loads ? Add(sums, input, norm, i, w0, w0.Load(i), w1.Load(i), w2.Load(i), w3.Load(i)) : sums;
    }

    /// <summary>Adds the products of eight elements of x.</summary>
    private static RowSums Add<TNorm, TWeights>(RowSums sums, ArrayView<Float32x4> input, TNorm norm, int i, TWeights w, PackedEight p0, PackedEight p1, PackedEight p2, PackedEight p3)
        where TNorm : struct, INorm
        where TWeights : struct, IWeightRows<TWeights>
    {
        Float32x4 low = input[2 * i], high = input[(2 * i) + 1];
        sums.Squares += RowMathGpu.Square(low) + RowMathGpu.Square(high);
        low = norm.Multiply(low, 2 * i);
        high = norm.Multiply(high, (2 * i) + 1);
        sums.S0 += w.Dot(p0, low, high);
        sums.S1 += w.Dot(p1, low, high);
        sums.S2 += w.Dot(p2, low, high);
        sums.S3 += w.Dot(p3, low, high);
        return sums;
    }

    /// <summary>A thread an element of y, so that those that are added to are read together.</summary>
    private static void Write(ArrayView<float> y, RowSums sums, int accumulate)
    {
        int i = Group.IdxX;
        if (i >= y.IntLength)
            return;
        float sum = i == 0 ? sums.S0 : i == 1 ? sums.S1 : i == 2 ? sums.S2 : sums.S3;
        y[i] = accumulate != 0 ? y[i] + sum : sum;
    }

    /// <summary>What x is multiplied by, element by element, before w.</summary>
    private interface INorm
    {
        Float32x4 Multiply(Float32x4 x, int i);
    }

    private readonly struct AsTheyAre : INorm
    {
        public Float32x4 Multiply(Float32x4 x, int i) => x;
    }

    private readonly struct Weighted(ArrayView<float> weight) : INorm
    {
        private readonly ArrayView<float> weight = weight;

        public Float32x4 Multiply(Float32x4 x, int i)
        {
            Float32x4 w = weight.AsAligned(16).Cast<Float32x4>()[i];
            return new() { X = x.X * w.X, Y = x.Y * w.Y, Z = x.Z * w.Z, W = x.W * w.W };
        }
    }
}
