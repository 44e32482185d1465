using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using ILGPU;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>Writes a thread's share of 16 × 128 elements of attention's output, where they exist.</summary>
internal static class OutputRow
{
    /// <summary>Divides a thread's elements by the sum of the weights, and writes them.</summary>
    public static void Write(
        ArrayView<float> output, HeadLayout layout, QueryTile tile, SoftmaxStep softmax, SumRow left, SumRow right)
    {
        float inverse0 = 1 / AcrossQuad.Sum(softmax.Sum0), inverse1 = 1 / AcrossQuad.Sum(softmax.Sum1);
        int token = tile.Token, column = tile.Column;
        if (token < layout.Tokens)
        {
            ArrayView<float> upper = output.SubView(layout.Row(token, layout.Heads, tile.Head) + column, layout.HeadDim - column);
            WriteUpper(upper, layout.HeadDim, 0, left, inverse0);
            WriteUpper(upper, layout.HeadDim, AttentionTiling.HeadDim / 2, right, inverse0);
        }

        if (token + 8 < layout.Tokens)
        {
            ArrayView<float> lower = output.SubView(layout.Row(token + 8, layout.Heads, tile.Head) + column, layout.HeadDim - column);
            WriteLower(lower, layout.HeadDim, 0, left, inverse1);
            WriteLower(lower, layout.HeadDim, AttentionTiling.HeadDim / 2, right, inverse1);
        }
    }

    private static void WriteUpper(ArrayView<float> row, int headDim, int element, SumRow sums, float factor)
    {
        Write(row, headDim, element, sums.N0.S0 * factor, sums.N0.S1 * factor);
        Write(row, headDim, element + 8, sums.N1.S0 * factor, sums.N1.S1 * factor);
        Write(row, headDim, element + 16, sums.N2.S0 * factor, sums.N2.S1 * factor);
        Write(row, headDim, element + 24, sums.N3.S0 * factor, sums.N3.S1 * factor);
        Write(row, headDim, element + 32, sums.N4.S0 * factor, sums.N4.S1 * factor);
        Write(row, headDim, element + 40, sums.N5.S0 * factor, sums.N5.S1 * factor);
        Write(row, headDim, element + 48, sums.N6.S0 * factor, sums.N6.S1 * factor);
        Write(row, headDim, element + 56, sums.N7.S0 * factor, sums.N7.S1 * factor);
    }

    private static void WriteLower(ArrayView<float> row, int headDim, int element, SumRow sums, float factor)
    {
        Write(row, headDim, element, sums.N0.S2 * factor, sums.N0.S3 * factor);
        Write(row, headDim, element + 8, sums.N1.S2 * factor, sums.N1.S3 * factor);
        Write(row, headDim, element + 16, sums.N2.S2 * factor, sums.N2.S3 * factor);
        Write(row, headDim, element + 24, sums.N3.S2 * factor, sums.N3.S3 * factor);
        Write(row, headDim, element + 32, sums.N4.S2 * factor, sums.N4.S3 * factor);
        Write(row, headDim, element + 40, sums.N5.S2 * factor, sums.N5.S3 * factor);
        Write(row, headDim, element + 48, sums.N6.S2 * factor, sums.N6.S3 * factor);
        Write(row, headDim, element + 56, sums.N7.S2 * factor, sums.N7.S3 * factor);
    }

    // head_dim is a multiple of 8.
    private static void Write(ArrayView<float> row, int headDim, int element, float first, float second)
    {
        if (element >= headDim)
            return;
        row[element] = first;
        row[element + 1] = second;
    }
}
