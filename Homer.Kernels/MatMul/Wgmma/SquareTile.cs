// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// A tile of 128 × 128 of y, for products whose wide tiles would leave much of the device idle; <see cref="WarpgroupTiling"/> says which
/// thread does what.
/// </summary>
internal struct SquareTile : IWarpgroupTile<SquareTile>
{
    private StageCopies copies;

    public readonly int Rows => WarpgroupTiling.Rows;

    public readonly int Columns => WarpgroupTiling.HalfColumns;

    public readonly int Threads => WarpgroupTiling.Threads;

    public readonly int Stages => 6;

    public readonly int StageBytes => WarpgroupTiling.LowerWStart;

    public readonly float Cost => 0.62f;

    public readonly SquareTile Of(WarpgroupProduct.Arguments product, int thread, TilePlace place) =>
        new() { copies = StageCopies.Of(product, thread, place, WarpgroupTiling.RowsApart) };

    public readonly SquareTile Begin(uint stage, bool any) =>
        new() { copies = copies.Begin(stage, stage + WarpgroupTiling.WStart, WarpgroupTiling.CopiesApart, any) };

    public readonly void WaitForCopies() => WarpgroupInstructions.WaitForAllButThreeBatches();

    public readonly void Clear() => WarpgroupInstructions.Clear128();

    public readonly void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement =>
        element.BeginMultiplyAdd128(
            MatrixDescriptor.Of(stage + WarpgroupTiling.XStart(thread)), MatrixDescriptor.Of(stage + WarpgroupTiling.WStart));

    public readonly void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place)
    {
        ProductRows.Write(product, place, WarpgroupInstructions.FirstSums(), thread, 0);
        ProductRows.Write(product, place, WarpgroupInstructions.SecondSums(), thread, WarpgroupTiling.SumColumns);
    }
}
