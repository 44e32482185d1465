// Tour: docs/kernels.md#decode-fused-layers-and-gemv
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Gpu;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// On a GPU, y = x·wᵀ (or y += x·wᵀ) for the few rows of x in decoding, where reading w takes the time. A group reads four rows of w at
/// once, each thread eight elements of each, so that four loads are in flight before the first is needed, and a piece of x serves all
/// four.
/// </summary>
/// <remarks>
/// <code>
/// w, four rows      |0 … 7|8 … 15| …            |1016 … 1023|1024 … 1031| …    elements
/// thread               0      1    …                 127          0
/// </code>
/// Each thread has a sum for each row; they are added up over the group at the end. Each further row of x reads w again, from L2.
/// </remarks>
internal static class GpuGemv
{
    /// <summary>Rows of w, which are columns of y, that a group takes at once.</summary>
    public const int Columns = 4;

    private const int ElementsOfLoad = 8;

    /// <summary>
    /// Returns whether this body can compute a product. CUDA needs loads of 16 bytes to be aligned; OpenCL C is written with smaller ones.
    /// </summary>
    public static bool Takes(ComputeDevice device, ArrayView<float> x, WeightMatrix w, int rows) =>
        device.GroupSize > 1 && rows <= GemvLimit.MostRowsOnGpu && w.Columns % ElementsOfLoad == 0
        && !w.Type.IsGgml()
        && (device.Description.Kind != DeviceKind.Cuda || (DeviceAddress.Of(x) | w.Address) % 16 == 0);

    /// <summary>Computes the share of one group.</summary>
    public static void Run<TWeights>(ArrayView<float> x, TWeights w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int n = shape.Columns, k = shape.Depth;
        for (int column = group * Columns; column < n; column += groups * Columns)
        {
            // Where fewer rows are left, the last one stands in for those that are missing.
            int last = n - 1;
            var rows = new FourRows<TWeights>
            {
                W0 = w.From(column, k),
                W1 = w.From(XMath.Min(column + 1, last), k),
                W2 = w.From(XMath.Min(column + 2, last), k),
                W3 = w.From(XMath.Min(column + 3, last), k),
            };
            for (int row = 0; row < shape.Rows; row++)
            {
                RowSums sums = Multiply(x.SubView((long)row * k, k), default(NoNorm), rows, k);
                sums.Squares = 0;
                Write(y.SubView(((long)row * n) + column, XMath.Min(Columns, n - column)), Primitives.SumRows(sums), shape.Accumulate);
            }
        }
    }

    /// <summary>Multiplies a normalized row of x by four rows of w; every thread of the group gets the sums.</summary>
    public static RowSums Multiply<TWeights>(NormedRows x, int row, FourRows<TWeights> w)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int k = x.Width;
        RowSums sums = Primitives.SumRows(Multiply(x.Rows.SubView((long)row * k, k), new WeightNorm(x.Weight), w, k));
        // The sum of squares comes with the products: the norm costs no pass of its own.
        float scale = 1 / XMath.Sqrt((sums.Squares / k) + x.Epsilon);
        return new() { S0 = sums.S0 * scale, S1 = sums.S1 * scale, S2 = sums.S2 * scale, S3 = sums.S3 * scale };
    }

    /// <summary>Computes a thread's share of the products of four rows of w with a row of x, and of the sum of x's squares.</summary>
    private static RowSums Multiply<TNorm, TWeights>(ArrayView<float> x, TNorm norm, FourRows<TWeights> w, int k)
        where TNorm : struct, INorm
        where TWeights : struct, IWeightRows<TWeights>
    {
        ArrayView<Float32x4> input = x.AsAligned(16).Cast<Float32x4>();
        RowSums sums = default;
        int loads = k / ElementsOfLoad, i = Group.IdxX;
        for (; i + Group.DimX < loads; i += 2 * Group.DimX)
        {
            // Both loads of all four rows are in flight before the first is used.
            int j = i + Group.DimX;
            FourLoads first = w.Load(i), second = w.Load(j);
            sums = Add(sums, input, norm, i, w.W0, first);
            sums = Add(sums, input, norm, j, w.W0, second);
        }

        return i < loads ? Add(sums, input, norm, i, w.W0, w.Load(i)) : sums;
    }

    /// <summary>Adds the products of elements 8·i … 8·i + 7 of x.</summary>
    private static RowSums Add<TNorm, TWeights>(RowSums sums, ArrayView<Float32x4> input, TNorm norm, int i, TWeights w, FourLoads loads)
        where TNorm : struct, INorm
        where TWeights : struct, IWeightRows<TWeights>
    {
        Float32x4 low = input[2 * i], high = input[(2 * i) + 1];
        sums.Squares += RowMathGpu.Square(low) + RowMathGpu.Square(high);
        low = norm.Multiply(low, 2 * i);
        high = norm.Multiply(high, (2 * i) + 1);
        sums.S0 += w.Dot(loads.P0, low, high);
        sums.S1 += w.Dot(loads.P1, low, high);
        sums.S2 += w.Dot(loads.P2, low, high);
        sums.S3 += w.Dot(loads.P3, low, high);
        return sums;
    }

    // One thread writes one element of y, so that those that are added to are read together.
    private static void Write(ArrayView<float> y, RowSums sums, int accumulate)
    {
        int i = Group.IdxX;
        if (i >= y.IntLength)
            return;
        float sum = i == 0 ? sums.S0 : i == 1 ? sums.S1 : i == 2 ? sums.S2 : sums.S3;
        y[i] = accumulate != 0 ? y[i] + sum : sum;
    }

    /// <summary>The factor by which each element of x is multiplied before it meets w.</summary>
    private interface INorm
    {
        Float32x4 Multiply(Float32x4 x, int i);
    }

    /// <summary>No factor: x as it is.</summary>
    private readonly struct NoNorm : INorm
    {
        public Float32x4 Multiply(Float32x4 x, int i) => x;
    }

    /// <summary>The weight of a norm.</summary>
    private readonly struct WeightNorm(ArrayView<float> weight) : INorm
    {
        private readonly ArrayView<float> weight = weight;

        public Float32x4 Multiply(Float32x4 x, int i)
        {
            Float32x4 w = weight.AsAligned(16).Cast<Float32x4>()[i];
            return new() { X = x.X * w.X, Y = x.Y * w.Y, Z = x.Z * w.Z, W = x.W * w.W };
        }
    }
}
