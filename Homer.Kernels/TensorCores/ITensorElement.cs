using Homer.Kernels.Tensors;

namespace Homer.Kernels.TensorCores;

/// <summary>A 16-bit element that tensor cores multiply, and how 32-bit numbers are split into several of it. What members are called on does not matter.</summary>
internal interface ITensorElement
{
    /// <summary>Rounds two numbers to nearest; the first becomes the lower half.</summary>
    uint Round(Pair pair);

    /// <summary>What rounding left over: exact.</summary>
    Pair Remainder(Pair pair, uint rounded);

    /// <summary>sums + x·wᵀ of a 16 × 16 tile of x and a 16 × 8 tile of wᵀ, by all threads of a warp; see <see cref="ProductTiling"/>.</summary>
    Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1);

    /// <summary>Begins sums + a·bᵀ by a warpgroup; see <see cref="WarpgroupInstructions"/>.</summary>
    WarpgroupSums BeginMultiplyAdd(WarpgroupSums sums, long a, long b);

    /// <inheritdoc cref="BeginMultiplyAdd(WarpgroupSums, long, long)"/>
    SumRow BeginMultiplyAdd(SumRow sums, long a, long b);
}
