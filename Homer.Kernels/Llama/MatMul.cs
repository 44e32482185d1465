using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>A linear layer without bias: y = x·wᵀ, or y += x·wᵀ for a projection back onto the residual stream; sums in 32 bits.</summary>
/// <param name="device">The device to run on.</param>
public sealed class MatMul(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, int, int, int, int> float32 =
        device.Load<ArrayView<float>, ArrayView<Float32>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, int, int, int, int> float16 =
        device.Load<ArrayView<float>, ArrayView<Float16>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<BFloat16>, ArrayView<float>, int, int, int, int> bfloat16 =
        device.Load<ArrayView<float>, ArrayView<BFloat16>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int> int8 =
        device.Load<ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int>(Int8Kernel);

    /// <summary>Multiplies <paramref name="rows"/> rows.</summary>
    /// <param name="y">Output [rows, w.Rows].</param>
    /// <param name="x">Input [rows, w.Columns].</param>
    /// <param name="w">Weights [output features, input features].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="accumulate">Whether to add to y instead of overwriting it.</param>
    public void Launch(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, bool accumulate = false)
    {
        KernelConfig grid = device.Grid(TileProduct.Tiles(rows, w.Rows));
        int add = accumulate ? 1 : 0;
        switch (w.Type)
        {
            case WeightType.Float32: float32(grid, x, w.View<Float32>(), y, rows, w.Rows, w.Columns, add); break;
            case WeightType.Float16: float16(grid, x, w.View<Float16>(), y, rows, w.Rows, w.Columns, add); break;
            case WeightType.BFloat16: bfloat16(grid, x, w.View<BFloat16>(), y, rows, w.Rows, w.Columns, add); break;
            default: int8(grid, x, w.Int8, y, rows, w.Rows, w.Columns, add); break;
        }
    }

    internal static void Kernel<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate)
        where T : unmanaged, IWeightElement => TileProduct.Run(x, w, y, m, n, k, accumulate, Grid.IdxX, Grid.DimX);

    internal static void Int8Kernel(ArrayView<float> x, Int8Weights w, ArrayView<float> y, int m, int n, int k, int accumulate) =>
        BlockProduct.Run(x, w, y, m, n, k, accumulate, Grid.IdxX, Grid.DimX);
}
