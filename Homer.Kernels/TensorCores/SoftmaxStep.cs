using ILGPU.Algorithms;

namespace Homer.Kernels.TensorCores;

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

    private float max0, max1;

    /// <summary>Before the first tile, in which every query sees a key.</summary>
    public static SoftmaxStep Start()
    {
        SoftmaxStep start = default;
        start.max0 = float.NegativeInfinity;
        start.max1 = float.NegativeInfinity;
        return start;
    }

    /// <summary>Takes in a tile of scores, −∞ where a query does not see a key.</summary>
    public readonly SoftmaxStep Next(SumRow scores, float scale)
    {
        SoftmaxStep next = default;
        next.max0 = XMath.Max(max0, AcrossQuad.Max(ScoreRow.Max0(scores)));
        next.max1 = XMath.Max(max1, AcrossQuad.Max(ScoreRow.Max1(scores)));
        next.Correction0 = XMath.Exp((max0 - next.max0) * scale);
        next.Correction1 = XMath.Exp((max1 - next.max1) * scale);
        next.Weights = ScoreRow.Exponentials(scores, next.max0, next.max1, scale);
        next.Sum0 = (Sum0 * next.Correction0) + ScoreRow.Sum0(next.Weights);
        next.Sum1 = (Sum1 * next.Correction1) + ScoreRow.Sum1(next.Weights);
        return next;
    }

    /// <summary>Brings an output over earlier tiles to the same footing.</summary>
    public readonly SumRow Correct(SumRow output) => FragmentMath.Scale(output, Correction0, Correction1);
}
