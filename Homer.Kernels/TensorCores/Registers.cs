// Tour: docs/kernels.md#tensorproduct

namespace Homer.Kernels.TensorCores;

/// <summary>Four registers of 16-bit pairs: a thread's share of a 16 × 16 tile of x, or of two 16 × 8 tiles of wᵀ.</summary>
internal struct Registers
{
    public uint R0, R1, R2, R3;
}
