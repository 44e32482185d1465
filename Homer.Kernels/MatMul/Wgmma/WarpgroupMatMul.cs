// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// Launches products by warpgroups: one launch rounds x, another multiplies it by up to three matrices. Eight-bit weights are widened
/// before, one matrix at a time: that takes as long as reading them three times, and the product is several times as fast as with
/// eight-bit weights.
/// </summary>
/// <param name="device">The device to run on.</param>
internal sealed class WarpgroupMatMul(ComputeDevice device)
{
    // With fewer rows, widening takes longer than it saves.
    private const int FewestRowsOfInt8 = 128;

    private readonly Action<KernelConfig, long, long, long, int> round16 = device.Load<long, long, long, int>(RoundKernel<Float16Mma>);

    private readonly Action<KernelConfig, long, long, long, int> roundB16 = device.Load<long, long, long, int>(RoundKernel<BFloat16Mma>);

    private readonly Action<KernelConfig, long, ArrayView<BFloat16>, long, int, int, int> widen =
        device.Load<long, ArrayView<BFloat16>, long, int, int, int>(WidenKernel);

    private readonly Tile<WideTile> wide = new(device);

    private readonly Tile<SquareTile> square = new(device);

    private readonly Tile<NarrowTile> narrow = new(device);

    /// <summary>
    /// Returns the 16-bit elements of scratch that a product takes: the parts of x, and eight-bit weights once they are widened.
    /// </summary>
    public long ScratchFor(int rows, WeightMatrix w, int parts)
    {
        if (!device.HasWarpgroups || w.Type.IsGgml())
            return 0;
        bool widens = w.Type == WeightType.Int8 && rows >= FewestRowsOfInt8;
        return Rounded(rows, w, parts) + (widens ? (long)w.Rows * w.Columns : 0);
    }

    /// <summary>Returns whether a product can be computed by warpgroups: copies move 16 bytes at a time.</summary>
    /// <param name="y">The output.</param>
    /// <param name="x">The input.</param>
    /// <param name="w">The weights.</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="scratch">
    /// Scratch for the parts of x, and for widened weights; if it is too short, other kernels compute the product.
    /// </param>
    /// <param name="parts">The number of parts.</param>
    public bool Takes(ArrayView<float> y, ArrayView<float> x, WeightMatrix w, int rows, ArrayView<ushort> scratch, int parts) =>
        device.HasWarpgroups && w.Type != WeightType.Float32 && !w.Type.IsGgml()
        && w.Columns % WarpgroupTiling.ElementsOfChunk == 0 && w.Rows % 2 == 0
        && (w.Type == WeightType.Int8 ? rows >= FewestRowsOfInt8 : rows > GemvLimit.MostRowsOnGpu)
        && scratch.Length >= ScratchFor(rows, w, parts)
        && (DeviceAddress.Of(y) | DeviceAddress.Of(x) | DeviceAddress.Of(scratch) | w.Address) % WarpgroupTiling.Chunk == 0;

    /// <summary>Rounds x to parts of w's type, or of bfloat16 for eight-bit weights.</summary>
    public void Round(ArrayView<float> x, ArrayView<ushort> rounded, WeightMatrix w, int rows, int parts)
    {
        long count = (long)rows * w.Columns;
        var round = w.Type == WeightType.Float16 ? round16 : roundB16;
        round(GridOf(count / RoundedParts.ElementsOfThread), DeviceAddress.Of(x), DeviceAddress.Of(rounded), count, parts);
    }

    /// <summary>Multiplies the parts of x that <see cref="Round"/> has written to scratch.</summary>
    public void Launch(
        ArrayView<ushort> scratch, int rows, int parts, bool accumulate, ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products)
    {
        WeightMatrix any = products[0].W;
        var all = new WarpgroupProduct.Arguments
        {
            X = DeviceAddress.Of(scratch),
            Rows = rows,
            Depth = any.Columns,
            Accumulate = accumulate ? 1 : 0,
            Parts = parts,
        };
        if (any.Type != WeightType.Int8)
        {
            (all.First, all.Second, all.Third) = (Factor(products, 0), Factor(products, 1), Factor(products, 2));
            Launch(all, any.Type);
            return;
        }

        foreach ((ArrayView<float> y, WeightMatrix w) in products)
        {
            all.First = new() { W = DeviceAddress.Of(scratch.SubView(Rounded(rows, w, parts))), Y = DeviceAddress.Of(y), Columns = w.Rows };
            LaunchWidened(all, w);
        }
    }

    // Widens weights into scratch, one part after another. The product of w's second part and x's last would not show in 32 bits.
    private void LaunchWidened(WarpgroupProduct.Arguments product, WeightMatrix w)
    {
        int parts = product.Parts;
        for (int part = 0; part < Math.Min(parts, WidenedWeights.FullParts); part++)
        {
            widen(GridOf(WidenedWeights.Threads(w.Rows, w.Columns)), w.Address, w.Int8.Scales, product.First.W, w.Rows, w.Columns, part);
            product.Parts = parts - part;
            Launch(product, WeightType.BFloat16);
            product.Accumulate = 1;
        }
    }

    // The kind of tile that takes the least time.
    private void Launch(WarpgroupProduct.Arguments product, WeightType type)
    {
        float wideTime = wide.Time(product), squareTime = square.Time(product), narrowTime = narrow.Time(product);
        if (narrowTime < Math.Min(wideTime, squareTime))
            narrow.Launch(product, type);
        else if (squareTime < wideTime)
            square.Launch(product, type);
        else
            wide.Launch(product, type);
    }

    private static KernelConfig GridOf(long threads) => new((int)((threads + GpuGroup.Size - 1) / GpuGroup.Size), GpuGroup.Size);

    private static long Rounded(int rows, WeightMatrix w, int parts) => (long)parts * rows * w.Columns;

    private static WarpgroupProduct.Factor Factor(ReadOnlySpan<(ArrayView<float> Y, WeightMatrix W)> products, int index)
    {
        if (index >= products.Length)
            return default;
        (ArrayView<float> y, WeightMatrix w) = products[index];
        return new() { W = w.Address, Y = DeviceAddress.Of(y), Columns = w.Rows };
    }

    [RequiresTensorCores]
    internal static void RoundKernel<T>(long x, long rounded, long count, int parts)
        where T : unmanaged, ITensorElement => RoundedParts.Run<T>(x, rounded, count, parts, (Grid.IdxX * Group.DimX) + Group.IdxX);

    [RequiresTensorCores]
    internal static void WidenKernel(long elements, ArrayView<BFloat16> scales, long widened, int rows, int columns, int part) =>
        WidenedWeights.Run(elements, scales, widened, rows, columns, part, (Grid.IdxX * Group.DimX) + Group.IdxX);

    [RequiresWarpgroups]
    internal static void ProductKernel<T, TTile>(WarpgroupProduct.Arguments product)
        where T : unmanaged, ITensorElement
        where TTile : struct, IWarpgroupTile<TTile> => WarpgroupProduct.Run<T, TTile>(product, Group.IdxX, Grid.IdxX);

    /// <summary>The kernels of one kind of tile.</summary>
    private sealed class Tile<TTile>(ComputeDevice device)
        where TTile : struct, IWarpgroupTile<TTile>
    {
        private readonly WarpgroupKernel<WarpgroupProduct.Arguments> float16 = Load<Float16Mma>(device);

        private readonly WarpgroupKernel<WarpgroupProduct.Arguments> bfloat16 = Load<BFloat16Mma>(device);

        private static TTile Shape => default;

        /// <summary>
        /// Returns the approximate time of a product, in units of a wide tile: every multiprocessor takes one tile after another.
        /// </summary>
        public float Time(WarpgroupProduct.Arguments product)
        {
            int multiprocessors = device.Accelerator.NumMultiprocessors;
            return (TilePlace.Count(product, Shape.Rows, Shape.Columns) + multiprocessors - 1) / multiprocessors * Shape.Cost;
        }

        /// <summary>Launches a product with weights of a type.</summary>
        public void Launch(WarpgroupProduct.Arguments product, WeightType type) =>
            (type == WeightType.Float16 ? float16 : bfloat16).Launch(TilePlace.Count(product, Shape.Rows, Shape.Columns), product);

        private static WarpgroupKernel<WarpgroupProduct.Arguments> Load<T>(ComputeDevice device)
            where T : unmanaged, ITensorElement => new(device, ProductKernel<T, TTile>, Shape.Threads, Shape.Stages * Shape.StageBytes);
    }
}
