using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Measuring;
using Homer.Kernels.Tensors;

namespace Homer.Benchmarks.Ratios;

/// <summary>Matrix products of prefill: some rows of activations by stored weights [columns, depth].</summary>
internal static class MatMulRatios
{
    private const int Depth = 1024;
    private static readonly int[] RowCounts = [256, 512, 1024, 2048];
    private static readonly int[] ColumnCounts = [1024, 4096];
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.15);

    public static void Run(IReadOnlyList<(ComputeDevice Device, Ceilings Ceilings)> devices)
    {
        foreach ((ComputeDevice device, Ceilings ceilings) in devices)
        {
            RatioTable.Begin($"x [rows, {Depth}] · w [columns, {Depth}]ᵀ", "GFLOP/s");
            var product = new MatMul(device);
            foreach (WeightType type in new[] { WeightType.Float32, WeightType.Float16, WeightType.BFloat16 })
            {
                foreach (int columns in ColumnCounts)
                {
                    using var weights = new NoiseMatrix(device, type, columns, Depth);
                    foreach (int rows in RowCounts)
                        RatioTable.Add($"{rows} × {Depth} × {columns} {type}", device.Description.Id, Measure(device, product, weights.Matrix, rows), Flop(rows, columns), ceilings.Peak);
                }
            }

            if (device.Description.Id == "cpu:1")
                AddOpenBlas(device, ceilings);
        }
    }

    /// <summary>The ruler: what a well-known library makes of the same products on one thread.</summary>
    private static void AddOpenBlas(ComputeDevice device, Ceilings ceilings)
    {
        if (OpenBlas.TryLoad() is not { } blas)
        {
            Console.WriteLine("(OpenBLAS is not installed; with Debian's libopenblas0 its sgemm would stand here as a ruler)");
            return;
        }

        foreach (int columns in ColumnCounts)
        {
            foreach (int rows in RowCounts)
            {
                float[] x = Noise.Floats(rows * Depth), w = Noise.Floats(columns * Depth), y = new float[rows * columns];
                var times = Repetitions.Measure(() => blas.MultiplyTransposed(x, w, y, rows, columns, Depth), 3, Enough, warmups: 2);
                RatioTable.Add($"{rows} × {Depth} × {columns} Float32, OpenBLAS sgemm", device.Description.Id, times, Flop(rows, columns), ceilings.Peak);
            }
        }
    }

    private static Repetitions Measure(ComputeDevice device, MatMul product, WeightMatrix weights, int rows)
    {
        using DeviceBuffer<float> x = device.Upload<float>(Noise.Floats(rows * Depth), MemoryUse.Workspace);
        using DeviceBuffer<float> y = device.Allocate<float>((long)rows * weights.Rows, MemoryUse.Workspace);
        return Repetitions.Measure(
            () =>
            {
                product.Launch(y.View, x.View, weights, rows);
                device.Synchronize();
            },
            3, Enough, warmups: 3);
    }

    private static double Flop(int rows, int columns) => 2.0 * rows * Depth * columns;
}
