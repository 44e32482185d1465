using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.TensorCores;

/// <summary>Products by warpgroups, in two launches: x is rounded, and then multiplied by as many matrices as there are.</summary>
/// <param name="device">The device to run on.</param>
internal sealed class WarpgroupMatMul(ComputeDevice device)
{
    private readonly Action<KernelConfig, long, long, long, int> round16 = device.Load<long, long, long, int>(RoundKernel<Float16>);

    private readonly Action<KernelConfig, long, long, long, int> roundB16 = device.Load<long, long, long, int>(RoundKernel<BFloat16>);

    private readonly Tile<WideTile> wide = new(device);

    private readonly Tile<SquareTile> square = new(device);

    private readonly Tile<NarrowTile> narrow = new(device);

    /// <summary>Whether a product can be computed so: copies move 16 bytes at a time.</summary>
    /// <param name="y">The output.</param>
    /// <param name="x">The input.</param>
    /// <param name="w">The weights.</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="rounded">Where the parts of x go; too short, and the product is for other kernels.</param>
    /// <param name="parts">The number of parts.</param>
    public bool Takes(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, ArrayView<ushort> rounded, int parts) =>
        device.HasWarpgroups && w.Type is WeightType.Float16 or WeightType.BFloat16 && w.Columns % WarpgroupTiling.ElementsOfChunk == 0 && w.Rows % 2 == 0
        && rows >= TensorProduct.FewestRows && rounded.Length >= (long)parts * rows * w.Columns
        && (DeviceAddress.Of(y) | DeviceAddress.Of(x) | DeviceAddress.Of(rounded) | w.Address) % WarpgroupTiling.Chunk == 0;

    /// <summary>Rounds x to as many parts of w's type.</summary>
    public void Round(ArrayView<float> x, ArrayView<ushort> rounded, WeightMatrix w, int rows, int parts)
    {
        long count = (long)rows * w.Columns;
        KernelConfig grid = new((int)((count + RoundedParts.ElementsOfGroup - 1) / RoundedParts.ElementsOfGroup), ComputeDevice.GpuGroupSize);
        (w.Type == WeightType.Float16 ? round16 : roundB16)(grid, DeviceAddress.Of(x), DeviceAddress.Of(rounded), count, parts);
    }

    /// <summary>Multiplies what has been rounded.</summary>
    public void Launch(ArrayView<ushort> rounded, int rows, int parts, bool accumulate, ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products)
    {
        WeightMatrix w = products[0].W;
        var all = new WarpgroupProduct.Arguments
        {
            X = DeviceAddress.Of(rounded),
            First = Factor(products, 0),
            Second = Factor(products, 1),
            Third = Factor(products, 2),
            Rows = rows,
            Depth = w.Columns,
            Accumulate = accumulate ? 1 : 0,
            Parts = parts,
        };
        float wideTime = wide.Time(all), squareTime = square.Time(all), narrowTime = narrow.Time(all);
        if (narrowTime < Math.Min(wideTime, squareTime))
            narrow.Launch(all, w.Type);
        else if (squareTime < wideTime)
            square.Launch(all, w.Type);
        else
            wide.Launch(all, w.Type);
    }

    private static WarpgroupProduct.Factor Factor(ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products, int index) =>
        index < products.Length ? new() { W = products[index].W.Address, Y = DeviceAddress.Of(products[index].Y), Columns = products[index].W.Rows } : default;

    [RequiresTensorCores]
    internal static void RoundKernel<T>(long x, long rounded, long count, int parts)
        where T : unmanaged, ITensorElement => RoundedParts.Run<T>(x, rounded, count, parts, (Grid.IdxX * Group.DimX) + Group.IdxX);

    [RequiresWarpgroups]
    internal static void ProductKernel<T, TTile>(WarpgroupProduct.Arguments product)
        where T : unmanaged, ITensorElement
        where TTile : struct, IWarpgroupTile<TTile> => WarpgroupProduct.Run<T, TTile>(product, Group.IdxX, Grid.IdxX);

    /// <summary>The kernels of one kind of tile.</summary>
    private sealed class Tile<TTile>(ComputeDevice device)
        where TTile : struct, IWarpgroupTile<TTile>
    {
        private static TTile Shape => default;

        private readonly WarpgroupKernel<WarpgroupProduct.Arguments> float16 = new(device, ProductKernel<Float16, TTile>, Shape.Threads, Shape.Stages * Shape.StageBytes);

        private readonly WarpgroupKernel<WarpgroupProduct.Arguments> bfloat16 = new(device, ProductKernel<BFloat16, TTile>, Shape.Threads, Shape.Stages * Shape.StageBytes);

        /// <summary>How long it takes, about: every multiprocessor one tile after another.</summary>
        public float Time(WarpgroupProduct.Arguments product)
        {
            int multiprocessors = device.Accelerator.NumMultiprocessors;
            return (TilePlace.Count(product, Shape.Rows, Shape.Columns) + multiprocessors - 1) / multiprocessors * Shape.Cost;
        }

        public void Launch(WarpgroupProduct.Arguments product, WeightType type) =>
            (type == WeightType.Float16 ? float16 : bfloat16).Launch(TilePlace.Count(product, Shape.Rows, Shape.Columns), product);
    }
}
