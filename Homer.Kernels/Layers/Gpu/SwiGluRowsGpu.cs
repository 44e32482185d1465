using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows.Gpu;
using Homer.Kernels.Weights;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Layers.Gpu;

/// <summary>The body of <see cref="SwiGluRows"/> for a group of threads: two rows of gate and the two of up that belong to them at once.</summary>
internal static class SwiGluRowsGpu
{
    /// <summary>Columns of y that a group takes at once.</summary>
    public const int Columns = 2;

    public static void Run<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n, int group, int groups)
        where TWeights : struct, IWeightRows<TWeights>
    {
        int k = x.Width;
        for (int column = group * Columns; column < n; column += groups * Columns)
        {
            // Where one column is left, it is computed twice.
            int next = XMath.Min(column + 1, n - 1);
            TWeights gate0 = gate.From(column, k), gate1 = gate.From(next, k), up0 = up.From(column, k), up1 = up.From(next, k);
            for (int row = 0; row < x.Count; row++)
            {
                RowSums sums = GpuGemv.Multiply(x, row, gate0, gate1, up0, up1);
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
