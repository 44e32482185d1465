// Tour: docs/kernels.md#tensorproduct

namespace Homer.Kernels.TensorCores;

/// <summary>A thread's share of the 16 × 64 tile of wᵀ that meets a 16 × 16 tile of x.</summary>
internal struct WeightFragments
{
    public Registers N01, N23, N45, N67;
}
