using Homer.Kernels.Backends;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows.Gpu;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Layers.Gpu;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The body of <see cref="SwiGluRows"/> for a group of threads. A group takes two columns of y at a time, hence four rows of weights: gate
/// j,
/// gate j + 1, up j, up j + 1. Their four products a, b, c, d give silu(a)·c and silu(b)·d.
/// </summary>
internal static class SwiGluRowsGpu
{
    /// <summary>Columns of y that a group computes at a time.</summary>
    public const int Columns = 2;

    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int k = x.Width;
        for (int column = group * Columns; column < n; column += groups * Columns)
        {
            // The last of an odd number of columns is computed twice.
            int next = XMath.Min(column + 1, n - 1);
            var four = new FourRows<TWeights>
            {
                W0 = gate.From(column, k),
                W1 = gate.From(next, k),
                W2 = up.From(column, k),
                W3 = up.From(next, k),
            };
            for (int row = 0; row < x.Count; row++)
            {
                RowSums sums = GpuGemv.Multiply(x, row, four);
                long start = (long)row * n;
                if (Group.IdxX == 0)
                {
                    y[start + column] = RowMathGpu.Silu(sums.S0) * sums.S2;
                    y[start + next] = RowMathGpu.Silu(sums.S1) * sums.S3;
                }
            }
        }
    }
}
