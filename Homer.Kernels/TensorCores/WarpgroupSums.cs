namespace Homer.Kernels.TensorCores;

/// <summary>A thread's 128 sums of its warpgroup's 64 × 256 tile of y; see <see cref="WarpgroupTiling"/>.</summary>
internal struct WarpgroupSums
{
    public SumRow C0, C1, C2, C3;
}
