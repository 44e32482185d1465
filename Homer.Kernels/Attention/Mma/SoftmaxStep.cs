using Homer.Kernels.TensorCores;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// Online softmax of a thread's two queries, g (0) and g + 8 (1), over tiles of 64 scores: the weights of the last tile relative to the
/// largest score so far, and the factors that correct earlier sums.
/// </summary>
internal struct SoftmaxStep
{
    public SumRow Weights;
    public float Correction0, Correction1;

    /// <summary>The sums of all weights that this thread has computed.</summary>
    public float Sum0, Sum1;

    // The largest exponents of 2, which are scores times the scale.
    private float largest0, largest1;

    private const float Log2E = 1.44269504f;

    /// <summary>
    /// Returns the factor that turns q·k into exponents of 2: log₂ e / √head_dim, since exp(x) = 2^(x · log₂ e), which is one instruction.
    /// </summary>
    public static float ScaleOf(int headDim) => TensorInstructions.Here(Log2E / XMath.Sqrt((float)headDim));

    /// <summary>Returns the state before the first tile, in which every query sees a key.</summary>
    public static SoftmaxStep Start()
    {
        SoftmaxStep start = default;
        start.largest0 = float.NegativeInfinity;
        start.largest1 = float.NegativeInfinity;
        return start;
    }

    /// <summary>Returns the state after one more tile of scores, which are −∞ where a query does not see a key.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="scale">
    /// <see cref="ScaleOf"/>. A largest exponent is rounded once and is then the same for all weights, so that the rounding cancels.
    /// </param>
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

    /// <summary>Rescales the output over earlier tiles to the largest score so far.</summary>
    public readonly SumRow Correct(SumRow output) => FragmentMath.Scale(output, Correction0, Correction1);
}
