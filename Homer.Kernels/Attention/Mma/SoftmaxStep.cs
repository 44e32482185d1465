using Homer.Kernels.TensorCores;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

/// <summary>
/// Online softmax over tiles of 64 scores, of a thread's two queries, g (0) and g + 8 (1): the weights of the last tile, relative to the largest score so far, and what
/// was summed before is to be multiplied by.
/// </summary>
internal struct SoftmaxStep
{
    public SumRow Weights;
    public float Correction0, Correction1;

    /// <summary>The sums of all weights that this thread computed.</summary>
    public float Sum0, Sum1;

    // The largest exponents of 2: scores times the scale.
    private float largest0, largest1;

    private const float Log2E = 1.44269504f;

    /// <summary>What makes exponents of 2 of q·k: exp(x) = 2^(x · log₂ e), which is one instruction, and the factor joins 1 / √head_dim.</summary>
    public static float ScaleOf(int headDim) => TensorInstructions.Here(Log2E / XMath.Sqrt((float)headDim));

    /// <summary>Before the first tile, in which every query sees a key.</summary>
    public static SoftmaxStep Start()
    {
        SoftmaxStep start = default;
        start.largest0 = float.NegativeInfinity;
        start.largest1 = float.NegativeInfinity;
        return start;
    }

    /// <summary>Takes in a tile of scores, −∞ where a query does not see a key.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="scale"><see cref="ScaleOf"/>. A largest exponent is rounded once and then the same for all weights, so that the rounding cancels.</param>
    public readonly SoftmaxStep Next(SumRow scores, float scale)
    {
        SoftmaxStep next = default;
        next.largest0 = XMath.Max(largest0, AcrossQuad.Max(ScoreRow.Max0(scores)) * scale);
        next.largest1 = XMath.Max(largest1, AcrossQuad.Max(ScoreRow.Max1(scores)) * scale);
        next.Correction0 = TensorInstructions.Exp2(largest0 - next.largest0);
        next.Correction1 = TensorInstructions.Exp2(largest1 - next.largest1);
        next.Weights = ScoreRow.Powers(scores, scale, next.largest0, next.largest1);
        next.Sum0 = (Sum0 * next.Correction0) + ScoreRow.Sum0(next.Weights);
        next.Sum1 = (Sum1 * next.Correction1) + ScoreRow.Sum1(next.Weights);
        return next;
    }

    /// <summary>Brings an output over earlier tiles to the same footing.</summary>
    public readonly SumRow Correct(SumRow output) => FragmentMath.Scale(output, Correction0, Correction1);
}
