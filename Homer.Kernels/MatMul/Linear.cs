// Tour: docs/kernels.md#matmul
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.MatMul.Wgmma;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.MatMul;

/// <summary>
/// A linear layer without bias: y = x·wᵀ, or y += x·wᵀ for a projection back onto the residual stream. Sums are 32-bit.
/// </summary>
/// <remarks>
/// The first of these bodies that can compute a product does:
/// <code>
/// WarpgroupProduct      sm_90           16-bit weights and 5 rows or more, eight-bit ones and 128 or more; scratch for rounded x
/// TensorProduct         sm_80 and later 16-bit weights and 5 rows or more
/// BlockTensorProduct    sm_80 and later eight-bit weights and 5 rows or more
/// GpuGemv               every GPU       4 rows or fewer
/// TileProductGpu        every GPU       all
/// TileProductCpu        the CPU         all; up to 3 rows by CpuGemv
/// GgmlProduct           every device    blocks of ggml
/// </code>
/// </remarks>
/// <param name="device">The device to run on.</param>
/// <param name="precision">
/// The precision in which tensor cores take x. Other devices, and products that tensor cores do not take, multiply x as it is.
/// </param>
public sealed class Linear(ComputeDevice device, ActivationPrecision precision = ActivationPrecision.Full)
{
    private readonly bool rounded = precision == ActivationPrecision.Rounded;

    private readonly WarpgroupMatMul warpgroups = new(device);

    private readonly Dictionary<WeightType, Launcher> tensorCores = new()
    {
        [WeightType.Float16] = LoadTensor<Float16Mma>(device),
        [WeightType.BFloat16] = LoadTensor<BFloat16Mma>(device),
        [WeightType.Int8] = LoadInt8Tensor(device),
    };

    private readonly Dictionary<WeightType, Launcher> gemv = new()
    {
        [WeightType.Float32] = LoadGemv(device, w => w.AsStored<Float32>()),
        [WeightType.Float16] = LoadGemv(device, w => w.AsStored<Float16>()),
        [WeightType.BFloat16] = LoadGemv(device, w => w.AsStored<BFloat16>()),
        [WeightType.Int8] = LoadGemv(device, w => w.Int8),
    };

    private readonly Dictionary<WeightType, Launcher> tiles = new()
    {
        [WeightType.Float32] = LoadTiles<Float32>(device),
        [WeightType.Float16] = LoadTiles<Float16>(device),
        [WeightType.BFloat16] = LoadTiles<BFloat16>(device),
        [WeightType.Int8] = LoadInt8Tiles(device),
    };

    private delegate void Launcher(KernelConfig grid, ArrayView<float> y, ArrayView<float> x, WeightMatrix w, ProductShape shape);

    /// <summary>
    /// Returns the 16-bit elements of scratch with which the product of <paramref name="rows"/> rows by a matrix is fastest on the device.
    /// </summary>
    public long ScratchFor(int rows, WeightMatrix w)
    {
        ArgumentNullException.ThrowIfNull(w);
        return warpgroups.ScratchFor(rows, w, PartsFor(w));
    }

    /// <summary>Multiplies <paramref name="rows"/> rows.</summary>
    /// <param name="y">Output [rows, w.Rows].</param>
    /// <param name="x">Input [rows, w.Columns].</param>
    /// <param name="w">Weights [output features, input features].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="accumulate">Whether to add to y instead of overwriting it.</param>
    /// <param name="scratch">Overwritten; some GPUs are faster with <see cref="ScratchFor"/> elements of it.</param>
    public void Launch(
        ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, bool accumulate = false, ArrayView<ushort> scratch = default)
    {
        ArgumentNullException.ThrowIfNull(w);
        if (!TryWarpgroups(x, rows, accumulate, scratch, (y, w)))
            Multiply(y, x, w, rows, accumulate);
    }

    /// <summary>Multiplies the same rows by several matrices that have the same number of columns.</summary>
    /// <param name="x">Input [rows, columns].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="scratch">Overwritten; some GPUs are faster with <see cref="ScratchFor"/> elements of it.</param>
    /// <param name="products">Outputs [rows, w.Rows], and the weights.</param>
    public void LaunchTogether(
        ArrayView<float> x, int rows, ArrayView<ushort> scratch, params (ArrayView<float> Y, WeightMatrix W)[] products)
    {
        ArgumentNullException.ThrowIfNull(products);
        if (TryWarpgroups(x, rows, accumulate: false, scratch, products))
            return;
        device.LaunchTogether(() =>
        {
            foreach ((ArrayView<float> y, WeightMatrix w) in products)
                Launch(y, x, w, rows, scratch: scratch);
        });
    }

    // Rounds x in one launch and multiplies it in another, where the device can and all weights are of one type.
    private bool TryWarpgroups(
        ArrayView<float> x,
        int rows,
        bool accumulate,
        ArrayView<ushort> scratch,
        params ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products)
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

    private void Multiply(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, bool accumulate)
    {
        var shape = new ProductShape
        {
            Rows = rows,
            Columns = w.Rows,
            Depth = w.Columns,
            Accumulate = accumulate ? 1 : 0,
            Parts = PartsFor(w),
        };
        if (TensorProduct.Takes(device, x, w, rows) || BlockTensorProduct.Takes(device, x, w, rows))
            tensorCores[w.Type](TensorProduct.Grid(rows, w.Rows), y, x, w, shape);
        else if (GpuGemv.Takes(device, x, w, rows))
            gemv[w.Type](device.Grid(TileProduct.DivideUp(w.Rows, GpuGemv.Columns)), y, x, w, shape);
        else
            TilesFor(w.Type)(device.Grid(TileProduct.Tiles(rows, w.Rows)), y, x, w, shape);
    }

    // A format of blocks is loaded when it is first met: most models have none.
    private Launcher TilesFor(WeightType type)
    {
        if (!tiles.TryGetValue(type, out Launcher? launcher))
            tiles.Add(type, launcher = GgmlFormats.Visit(type, new GgmlLoader(device)));
        return launcher;
    }

    private int PartsFor(WeightMatrix w) => rounded ? 1 : ActivationParts.For(w.Type);

    private static Launcher LoadTensor<T>(ComputeDevice device)
        where T : unmanaged, ITensorElement
    {
        var kernel = device.Load<TensorFactors, ArrayView<float>, ProductShape>(TensorKernel<T>);
        return (grid, y, x, w, shape) => kernel(grid, TensorFactors.Of(x, w), y, shape);
    }

    private static Launcher LoadInt8Tensor(ComputeDevice device)
    {
        var kernel = device.Load<TensorFactors, ArrayView<BFloat16>, ArrayView<float>, ProductShape>(Int8TensorKernel);
        return (grid, y, x, w, shape) => kernel(grid, TensorFactors.Of(x, w), w.Int8.Scales, y, shape);
    }

    private static Launcher LoadGemv<TWeights>(ComputeDevice device, Func<WeightMatrix, TWeights> rowsOf)
        where TWeights : struct, IWeightRows<TWeights>
    {
        var kernel = device.Load<ArrayView<float>, TWeights, ArrayView<float>, ProductShape>(GemvKernel);
        return (grid, y, x, w, shape) => kernel(grid, x, rowsOf(w), y, shape);
    }

    private static Launcher LoadTiles<T>(ComputeDevice device)
        where T : unmanaged, IWeightElement
    {
        var kernel = device.Load<ArrayView<float>, ArrayView<T>, ArrayView<float>, ProductShape>(TileKernel);
        return (grid, y, x, w, shape) => kernel(grid, x, w.View<T>(), y, shape);
    }

    private static Launcher LoadInt8Tiles(ComputeDevice device)
    {
        var kernel = device.Load<ArrayView<float>, Int8Weights, ArrayView<float>, ProductShape>(Int8TileKernel);
        return (grid, y, x, w, shape) => kernel(grid, x, w.Int8, y, shape);
    }

    [RequiresTensorCores]
    internal static void TensorKernel<T>(TensorFactors factors, ArrayView<float> y, ProductShape shape)
        where T : unmanaged, ITensorElement => TensorProduct.Run<T>(factors, y, shape, Group.IdxX, Grid.IdxX, Grid.DimX);

    [RequiresTensorCores]
    internal static void Int8TensorKernel(TensorFactors factors, ArrayView<BFloat16> scales, ArrayView<float> y, ProductShape shape) =>
        BlockTensorProduct.Run(factors, scales, y, shape, Group.IdxX, Grid.IdxX, Grid.DimX);

    [ResidentGroups(6)]
    internal static void GemvKernel<TWeights>(ArrayView<float> x, TWeights w, ArrayView<float> y, ProductShape shape)
        where TWeights : struct, IWeightRows<TWeights> => GpuGemv.Run(x, w, y, shape, Grid.IdxX, Grid.DimX);

    internal static void TileKernel<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, ProductShape shape)
        where T : unmanaged, IWeightElement => TileProduct.Run(x, w, y, shape, Grid.IdxX, Grid.DimX);

    internal static void Int8TileKernel(ArrayView<float> x, Int8Weights w, ArrayView<float> y, ProductShape shape) =>
        BlockProduct.Run(x, w, y, shape, Grid.IdxX, Grid.DimX);

    internal static void GgmlTileKernel<TFormat>(
        ArrayView<float> x, GgmlWeights<TFormat> w, ArrayView<float> y, ProductShape shape)
        where TFormat : unmanaged, IGgmlFormat => GgmlProduct.Run(x, w, y, shape, Grid.IdxX, Grid.DimX);

    private sealed class GgmlLoader(ComputeDevice device) : IGgmlVisitor<Launcher>
    {
        public Launcher Visit<TFormat>()
            where TFormat : unmanaged, IGgmlFormat
        {
            var kernel = device.Load<ArrayView<float>, GgmlWeights<TFormat>, ArrayView<float>, ProductShape>(GgmlTileKernel);
            return (grid, y, x, w, shape) => kernel(grid, x, w.AsGgml<TFormat>(), y, shape);
        }
    }
}
