// Tour: docs/kernels.md#tensorproduct

namespace Homer.Kernels.TensorCores;

/// <summary>A thread's share of its warp's 32 × 64 tile of y.</summary>
internal struct WarpSums
{
    public SumRow M0, M1;
}
