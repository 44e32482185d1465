// Tour: docs/kernels.md#tensorproduct

namespace Homer.Kernels.TensorCores;

/// <summary>A thread's share of a 16 × 64 tile of y.</summary>
internal struct SumRow
{
    public Sums N0, N1, N2, N3, N4, N5, N6, N7;
}
