// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Elements;

namespace Homer.Kernels.TensorCores;

/// <summary>A thread's eight 32-bit elements of a 16 × 16 tile of x, in the order of the registers that they are rounded into.</summary>
internal struct Pairs
{
    public Float32x2 P0, P1, P2, P3;
}
