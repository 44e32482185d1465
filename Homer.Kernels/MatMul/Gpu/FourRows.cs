using Homer.Kernels.Elements;
using Homer.Kernels.Weights;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>Four rows of weights that a group of GPU threads multiplies at once; each begins at its own first element.</summary>
internal struct FourRows<TWeights>
    where TWeights : struct, IWeightRows<TWeights>
{
    public TWeights W0, W1, W2, W3;

    /// <summary>Loads elements 8·i … 8·i + 7 of each row.</summary>
    public readonly FourLoads Load(int i) => new() { P0 = W0.Load(i), P1 = W1.Load(i), P2 = W2.Load(i), P3 = W3.Load(i) };
}

/// <summary>Eight elements of each of four rows, as they are stored.</summary>
internal struct FourLoads
{
    public PackedEight P0, P1, P2, P3;
}
