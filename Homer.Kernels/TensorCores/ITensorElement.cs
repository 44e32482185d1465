// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Elements;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// A 16-bit element that tensor cores multiply, and the split of 32-bit numbers into several of it. Stateless: call on default(T) (ILGPU
/// supports no static abstract members).
/// </summary>
internal interface ITensorElement
{
    /// <summary>Returns two numbers rounded to nearest; the first becomes the lower half.</summary>
    uint Round(Float32x2 pair);

    /// <summary>Returns the exact difference between two numbers and their rounding.</summary>
    Float32x2 Remainder(Float32x2 pair, uint rounded);

    /// <summary>
    /// Returns sums + x·wᵀ of a 16 × 16 tile of x and a 16 × 8 tile of wᵀ, by all threads of a warp; see <see cref="Sums"/>.
    /// </summary>
    Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1);

    /// <summary>Begins sums += a·bᵀ by a warpgroup, for 256 rows of b; see <see cref="WarpgroupInstructions"/>.</summary>
    void BeginMultiplyAdd256(long a, long b);

    /// <summary>Begins sums += a·bᵀ by a warpgroup, for 128 rows of b.</summary>
    void BeginMultiplyAdd128(long a, long b);

    /// <summary>Begins sums += a·bᵀ by a warpgroup, for 64 rows of b.</summary>
    void BeginMultiplyAdd64(long a, long b);
}
