// Tour: docs/kernels.md#tileproduct
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ) for any sizes and any device. x [rows, depth], w [columns, depth] and y [rows,
/// columns] are row-major. <see cref="TileProductCpu"/> is the body of the CPU, <see cref="TileProductGpu"/> that of GPUs.
/// </summary>
[HasGpuBody(typeof(TileProductGpu))]
internal static unsafe class TileProduct
{
    /// <summary>Rows of the tile of y that a group of GPU threads computes at a time; launches are counted in tiles.</summary>
    public const int TileRows = 16;

    /// <summary>Columns of that tile.</summary>
    public const int TileColumns = 32;

    /// <summary>Returns the number of tiles that cover y.</summary>
    public static int Tiles(int rows, int columns) => DivideUp(rows, TileRows) * DivideUp(columns, TileColumns);

    /// <summary>Computes the share of one group.</summary>
    [IntrinsicImplementation]
    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where T : unmanaged, IWeightElement =>
        TileProductCpu.Run(RowMath.Pointer(x), (T*)w.LoadEffectiveAddressAsPtr(), RowMath.Pointer(y), shape, group, groups);

    /// <summary>Returns a / b, rounded up.</summary>
    internal static int DivideUp(int a, int b) => (a + b - 1) / b;
}
