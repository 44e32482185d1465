using Homer.Benchmarks.Cases;
using Homer.Kernels.Measuring;
using Homer.Kernels.Weights;

namespace Homer.Benchmarks.Ratios;

/// <summary>Matrix products of prefill beside the peak of multiply-adds: rows of activations by stored weights [columns, depth].</summary>
internal static class MatMulRatios
{
    private const int Depth = 1024;
    private static readonly int[] RowCounts = [256, 512, 1024, 2048];
    private static readonly int[] ColumnCounts = [1024, 4096];
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.2);

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        table.Begin($"x [rows, {Depth}] · w [columns, {Depth}]ᵀ", "GFLOP/s");
        foreach (WeightType type in new[] { WeightType.Float32, WeightType.Float16, WeightType.BFloat16 })
        {
            foreach (int columns in ColumnCounts)
            {
                foreach (int rows in RowCounts)
                {
                    using var product = new Product(device.Device, type, rows, columns, Depth);
                    // .NET optimizes code in the background while it runs for the first time.
                    Repetitions.Measure(product.Run, rows == RowCounts[0] ? 50 : 2);
                    Repetitions times = Repetitions.Measure(product.Run, 3, Enough);
                    table.Add($"{rows} × {Depth} × {columns} {type}", device, times, product.Flop, ceilings => ceilings.Peak);
                }
            }
        }

        if (device.Device.Accelerator.NumMultiprocessors == 1)
            AddOpenBlas(table, device);
    }

    /// <summary>Adds the baseline: the same products by OpenBLAS on one thread.</summary>
    private static void AddOpenBlas(RatioTable table, MeasuredDevice device)
    {
        if (OpenBlas.TryLoad() is not { } blas)
        {
            table.Note("(OpenBLAS is not installed; with Debian's libopenblas0 its sgemm would stand here as a baseline)");
            return;
        }

        foreach (int columns in ColumnCounts)
        {
            foreach (int rows in RowCounts)
            {
                float[] x = Noise.Floats(rows * Depth), w = Noise.Floats(columns * Depth), y = new float[rows * columns];
                var times = Repetitions.Measure(() => blas.MultiplyTransposed(x, w, y, rows, columns, Depth), 3, Enough, warmups: 2);
                string name = $"{rows} × {Depth} × {columns} Float32, OpenBLAS sgemm";
                table.Add(name, device, times, 2.0 * rows * columns * Depth, ceilings => ceilings.Peak);
            }
        }
    }
}
