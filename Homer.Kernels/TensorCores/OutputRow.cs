using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.TensorCores;

/// <summary>Writes a thread's share of 16 × 128 elements of attention's output, those that exist.</summary>
internal static class OutputRow
{
    public static void Write(
        ArrayView<float> output, HeadLayout layout, SoftmaxStep softmax, SumRow left, SumRow right, int token, int head, int column)
    {
        float inverse0 = 1 / AcrossQuad.Sum(softmax.Sum0), inverse1 = 1 / AcrossQuad.Sum(softmax.Sum1);
        Write(output, layout, FragmentMath.Scale(left, inverse0, inverse1), token, head, column);
        Write(output, layout, FragmentMath.Scale(right, inverse0, inverse1), token, head, column + (AttentionTiling.HeadDim / 2));
    }

    private static void Write(ArrayView<float> output, HeadLayout layout, SumRow row, int token, int head, int column)
    {
        Write(output, layout, row.N0, token, head, column);
        Write(output, layout, row.N1, token, head, column + 8);
        Write(output, layout, row.N2, token, head, column + 16);
        Write(output, layout, row.N3, token, head, column + 24);
        Write(output, layout, row.N4, token, head, column + 32);
        Write(output, layout, row.N5, token, head, column + 40);
        Write(output, layout, row.N6, token, head, column + 48);
        Write(output, layout, row.N7, token, head, column + 56);
    }

    private static void Write(ArrayView<float> output, HeadLayout layout, Sums sums, int token, int head, int column)
    {
        Write(output, layout, sums.S0, sums.S1, token, head, column);
        Write(output, layout, sums.S2, sums.S3, token + 8, head, column);
    }

    private static void Write(ArrayView<float> output, HeadLayout layout, float first, float second, int token, int head, int column)
    {
        // The number of elements is even: both exist, or neither.
        if (token >= layout.Tokens || column >= layout.HeadDim)
            return;
        long at = layout.Row(token, layout.Heads, head) + column;
        output[at] = first;
        output[at + 1] = second;
    }
}
