// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Elements;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// A thread's four 32-bit sums of a 16 × 8 tile of y (PTX ISA, "Matrix Fragments for mma.m16n8k16"): lane 4·g + t holds columns 2t and 2t
/// + 1 of row g (S0, S1) and of row g + 8 (S2, S3).
/// </summary>
internal struct Sums
{
    public float S0, S1, S2, S3;
}

/// <summary>Four registers of 16-bit pairs: a thread's share of a 16 × 16 tile of x, or of two 16 × 8 tiles of wᵀ.</summary>
internal struct Registers
{
    public uint R0, R1, R2, R3;
}

/// <summary>A thread's eight 32-bit elements of a 16 × 16 tile of x, in the order of the registers that they are rounded into.</summary>
internal struct Pairs
{
    public Float32x2 P0, P1, P2, P3;
}

/// <summary>A thread's share of a 16 × 64 tile of y.</summary>
internal struct SumRow
{
    public Sums N0, N1, N2, N3, N4, N5, N6, N7;
}

/// <summary>A thread's share of the 16 × 64 tile of wᵀ that meets a 16 × 16 tile of x.</summary>
internal struct WeightFragments
{
    public Registers N01, N23, N45, N67;
}

/// <summary>A thread's share of its warp's 32 × 64 tile of y.</summary>
internal struct WarpSums
{
    public SumRow M0, M1;
}
