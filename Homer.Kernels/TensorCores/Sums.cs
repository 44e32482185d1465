// Tour: docs/kernels.md#tensorproduct

namespace Homer.Kernels.TensorCores;

/// <summary>
/// A thread's four 32-bit sums of a 16 × 8 tile of y (PTX ISA, "Matrix Fragments for mma.m16n8k16"): lane 4·g + t holds columns 2t and 2t
/// + 1 of row g (S0, S1) and of row g + 8 (S2, S3).
/// </summary>
internal struct Sums
{
    public float S0, S1, S2, S3;
}
