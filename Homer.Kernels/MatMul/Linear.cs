using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.MatMul.Wgmma;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul;

/// <summary>A linear layer without bias: y = x·wᵀ, or y += x·wᵀ for a projection back onto the residual stream; sums in 32 bits.</summary>
/// <param name="device">The device to run on.</param>
/// <param name="precision">
/// What tensor cores make of x. Other devices, and products that tensor cores do not take, multiply x as it is.
/// </param>
public sealed class Linear(ComputeDevice device, ActivationPrecision precision = ActivationPrecision.Full)
{
    private readonly bool rounded = precision == ActivationPrecision.Rounded;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<Float32>, ArrayView<float>, int, int, int, int> float32 =
        device.Load<ArrayView<float>, ArrayView<Float32>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<Float16>, ArrayView<float>, int, int, int, int> float16 =
        device.Load<ArrayView<float>, ArrayView<Float16>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<BFloat16>, ArrayView<float>, int, int, int, int> bfloat16 =
        device.Load<ArrayView<float>, ArrayView<BFloat16>, ArrayView<float>, int, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int> int8 =
        device.Load<ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int>(Int8Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, StoredWeights<Float32>, ArrayView<float>, int, int, int, int> rows32 =
        device.Load<ArrayView<float>, StoredWeights<Float32>, ArrayView<float>, int, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<float>, StoredWeights<Float16>, ArrayView<float>, int, int, int, int> rows16 =
        device.Load<ArrayView<float>, StoredWeights<Float16>, ArrayView<float>, int, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<float>, StoredWeights<BFloat16>, ArrayView<float>, int, int, int, int> rowsB16 =
        device.Load<ArrayView<float>, StoredWeights<BFloat16>, ArrayView<float>, int, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int> rows8 =
        device.Load<ArrayView<float>, Int8Weights, ArrayView<float>, int, int, int, int>(RowsKernel);

    private readonly Action<KernelConfig, long, long, ArrayView<float>, TensorProduct.Shape> tensor16 =
        device.Load<long, long, ArrayView<float>, TensorProduct.Shape>(TensorKernel<Float16Mma>);

    private readonly Action<KernelConfig, long, long, ArrayView<float>, TensorProduct.Shape> tensorB16 =
        device.Load<long, long, ArrayView<float>, TensorProduct.Shape>(TensorKernel<BFloat16Mma>);

    private readonly Action<KernelConfig, long, long, ArrayView<BFloat16>, ArrayView<float>, TensorProduct.Shape> tensor8 =
        device.Load<long, long, ArrayView<BFloat16>, ArrayView<float>, TensorProduct.Shape>(Int8TensorKernel);

    private readonly WarpgroupMatMul warpgroups = new(device);

    /// <summary>16-bit elements of scratch with which the product of so many rows by a matrix goes fastest on the device.</summary>
    public long ScratchFor(int rows, WeightMatrix w) => warpgroups.ScratchFor(rows, w, PartsFor(w));

    /// <summary>Multiplies <paramref name="rows"/> rows.</summary>
    /// <param name="y">Output [rows, w.Rows].</param>
    /// <param name="x">Input [rows, w.Columns].</param>
    /// <param name="w">Weights [output features, input features].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="accumulate">Whether to add to y instead of overwriting it.</param>
    /// <param name="scratch">Overwritten; some GPUs go faster with <see cref="ScratchFor"/> elements of it.</param>
    public void Launch(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, bool accumulate = false, ArrayView<ushort> scratch = default)
    {
        if (!TryByWarpgroups(x, rows, accumulate, scratch, (y, w)))
            Multiply(y, x, w, rows, accumulate ? 1 : 0);
    }

    /// <summary>Multiplies the same rows by several matrices that have as many columns.</summary>
    /// <param name="x">Input [rows, columns].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="scratch">Overwritten; some GPUs go faster with <see cref="ScratchFor"/> elements of it.</param>
    /// <param name="products">Outputs [rows, w.Rows], and the weights.</param>
    public void LaunchTogether(ArrayView<float> x, int rows, ArrayView<ushort> scratch, params (ArrayView<float> Y, WeightMatrix W)[] products)
    {
        if (TryByWarpgroups(x, rows, accumulate: false, scratch, products))
            return;
        device.LaunchTogether(() =>
        {
            foreach ((ArrayView<float> y, WeightMatrix w) in products)
                Launch(y, x, w, rows, scratch: scratch);
        });
    }

    /// <summary>Rounds x and multiplies it in one launch each, where the device can and all weights are of one type.</summary>
    private bool TryByWarpgroups(ArrayView<float> x, int rows, bool accumulate, ArrayView<ushort> scratch, params ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products)
    {
        WeightMatrix first = products[0].W;
        int parts = PartsFor(first);
        if (products.Length > WarpgroupProduct.Arguments.MostFactors)
            return false;
        foreach ((ArrayView<float> y, WeightMatrix w) in products)
        {
            if (w.Type != first.Type || !warpgroups.Takes(y, x, w, rows, scratch, parts))
                return false;
        }

        warpgroups.Round(x, scratch, first, rows, parts);
        warpgroups.Launch(scratch, rows, parts, accumulate, products);
        return true;
    }

    /// <summary>Multiplies x as it is.</summary>
    private void Multiply(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, int add)
    {
        if (TensorProduct.Takes(device, x, w, rows))
        {
            TensorProduct.Shape shape = TensorShape(rows, w, add, PartsFor(w));
            (w.Type == WeightType.Float16 ? tensor16 : tensorB16)(TensorProduct.Grid(rows, w.Rows), DeviceAddress.Of(x), w.Address, y, shape);
            return;
        }

        if (BlockTensorProduct.Takes(device, x, w, rows))
        {
            TensorProduct.Shape shape = TensorShape(rows, w, add, PartsFor(w));
            tensor8(TensorProduct.Grid(rows, w.Rows), DeviceAddress.Of(x), w.Address, w.Int8.Scales, y, shape);
            return;
        }

        if (GpuGemv.Takes(device, x, w, rows))
        {
            KernelConfig perColumns = device.Grid((w.Rows + GpuGemv.Columns - 1) / GpuGemv.Columns);
            switch (w.Type)
            {
                case WeightType.Float32: rows32(perColumns, x, w.AsStored<Float32>(), y, rows, w.Rows, w.Columns, add); break;
                case WeightType.Float16: rows16(perColumns, x, w.AsStored<Float16>(), y, rows, w.Rows, w.Columns, add); break;
                case WeightType.BFloat16: rowsB16(perColumns, x, w.AsStored<BFloat16>(), y, rows, w.Rows, w.Columns, add); break;
                default: rows8(perColumns, x, w.Int8, y, rows, w.Rows, w.Columns, add); break;
            }

            return;
        }

        KernelConfig grid = device.Grid(TileProduct.Tiles(rows, w.Rows));
        switch (w.Type)
        {
            case WeightType.Float32: float32(grid, x, w.View<Float32>(), y, rows, w.Rows, w.Columns, add); break;
            case WeightType.Float16: float16(grid, x, w.View<Float16>(), y, rows, w.Rows, w.Columns, add); break;
            case WeightType.BFloat16: bfloat16(grid, x, w.View<BFloat16>(), y, rows, w.Rows, w.Columns, add); break;
            default: int8(grid, x, w.Int8, y, rows, w.Rows, w.Columns, add); break;
        }
    }

    private int PartsFor(WeightMatrix w) => rounded ? 1 : TensorProduct.PartsFor(w.Type);

    private static TensorProduct.Shape TensorShape(int rows, WeightMatrix w, int accumulate, int parts) =>
        new() { Rows = rows, Columns = w.Rows, Depth = w.Columns, Accumulate = accumulate, Parts = parts };

    internal static void Kernel<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate)
        where T : unmanaged, IWeightElement => TileProduct.Run(x, w, y, m, n, k, accumulate, Grid.IdxX, Grid.DimX);

    internal static void Int8Kernel(ArrayView<float> x, Int8Weights w, ArrayView<float> y, int m, int n, int k, int accumulate) =>
        BlockProduct.Run(x, w, y, m, n, k, accumulate, Grid.IdxX, Grid.DimX);

    [ResidentGroups(6)]
    internal static void RowsKernel<TWeights>(ArrayView<float> x, TWeights w, ArrayView<float> y, int m, int n, int k, int accumulate)
        where TWeights : struct, IWeightRows<TWeights> => GpuGemv.Run(x, w, y, m, n, k, accumulate, Grid.IdxX, Grid.DimX);

    [RequiresTensorCores]
    internal static void TensorKernel<T>(long x, long w, ArrayView<float> y, TensorProduct.Shape shape)
        where T : unmanaged, ITensorElement => TensorProduct.Run<T>(x, w, y, shape, Group.IdxX, Grid.IdxX, Grid.DimX);

    [RequiresTensorCores]
    internal static void Int8TensorKernel(long x, long w, ArrayView<BFloat16> scales, ArrayView<float> y, TensorProduct.Shape shape) =>
        BlockTensorProduct.Run(x, w, scales, y, shape, Group.IdxX, Grid.IdxX, Grid.DimX);
}
