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

    private readonly WarpgroupKernel<WarpgroupProduct.Arguments> wide16 = new(device, WideKernel<Float16>, WarpgroupTiling.Threads, WarpgroupTiling.SharedBytes);

    private readonly WarpgroupKernel<WarpgroupProduct.Arguments> wideB16 = new(device, WideKernel<BFloat16>, WarpgroupTiling.Threads, WarpgroupTiling.SharedBytes);

    private readonly WarpgroupKernel<WarpgroupProduct.Arguments> narrow16 = new(device, NarrowKernel<Float16>, NarrowTiling.Threads, NarrowTiling.SharedBytes);

    private readonly WarpgroupKernel<WarpgroupProduct.Arguments> narrowB16 = new(device, NarrowKernel<BFloat16>, NarrowTiling.Threads, NarrowTiling.SharedBytes);

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
    public void Launch(ArrayView<float> y, ArrayView<ushort> rounded, WeightMatrix w, int rows, int parts, bool accumulate)
    {
        var product = new WarpgroupProduct.Arguments
        {
            X = DeviceAddress.Of(rounded),
            W = w.Address,
            Y = DeviceAddress.Of(y),
            Rows = rows,
            Columns = w.Rows,
            Depth = w.Columns,
            Accumulate = accumulate ? 1 : 0,
            Parts = parts,
        };
        if (NarrowProduct.IsBetter(device, rows, w.Rows))
            (w.Type == WeightType.Float16 ? narrow16 : narrowB16).Launch(NarrowProduct.Tiles(rows, w.Rows), product);
        else
            (w.Type == WeightType.Float16 ? wide16 : wideB16).Launch(WarpgroupProduct.Tiles(rows, w.Rows), product);
    }

    [RequiresTensorCores]
    internal static void RoundKernel<T>(long x, long rounded, long count, int parts)
        where T : unmanaged, ITensorElement => RoundedParts.Run<T>(x, rounded, count, parts, (Grid.IdxX * Group.DimX) + Group.IdxX);

    [RequiresWarpgroups]
    internal static void WideKernel<T>(WarpgroupProduct.Arguments product)
        where T : unmanaged, ITensorElement => WarpgroupProduct.Run<T>(product, Group.IdxX, Grid.IdxX);

    [RequiresWarpgroups]
    internal static void NarrowKernel<T>(WarpgroupProduct.Arguments product)
        where T : unmanaged, ITensorElement => NarrowProduct.Run<T>(product, Group.IdxX, Grid.IdxX);
}
