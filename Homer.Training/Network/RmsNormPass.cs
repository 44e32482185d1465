using System.Numerics;
using System.Numerics.Tensors;

namespace Homer.Training.Network;

/// <summary>Root mean square normalization (RMSNorm; Zhang and Sennrich 2019, arXiv 1910.07467) and its gradient.</summary>
internal static class RmsNormPass
{
    /// <summary>Computes y = x · s · w row by row, where s = 1 / √(mean(x²) + ε).</summary>
    /// <param name="x">The input [rows, width].</param>
    /// <param name="w">The weights [width].</param>
    /// <param name="y">Receives the result [rows, width].</param>
    /// <param name="epsilon">ε.</param>
    public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, float epsilon)
    {
        int width = w.Length;
        for (int start = 0; start < x.Length; start += width)
        {
            ReadOnlySpan<float> row = x.Slice(start, width);
            Span<float> target = y.Slice(start, width);
            TensorPrimitives.Multiply(row, Scale(row, epsilon), target);
            TensorPrimitives.Multiply(target, w, target);
        }
    }

    /// <summary>Computes dx += s·w·dy − x · s³/width · Σ dy·w·x and dw += dy·x·s.</summary>
    /// <param name="x">The input [rows, width].</param>
    /// <param name="w">The weights [width].</param>
    /// <param name="dy">The gradient of the result [rows, width].</param>
    /// <param name="dx">The gradient of the input [rows, width]; added to.</param>
    /// <param name="dw">The gradient of the weights [width]; added to.</param>
    /// <param name="epsilon">ε.</param>
    public static void Backward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, Span<float> dx, Span<float> dw, float epsilon)
    {
        int width = w.Length, lanes = Vector<float>.Count;
        for (int start = 0; start < x.Length; start += width)
        {
            ReadOnlySpan<float> row = x.Slice(start, width), grad = dy.Slice(start, width);
            Span<float> target = dx.Slice(start, width);
            float s = Scale(row, epsilon);
            Vector<float> sum = default;
            for (int i = 0; i < width; i += lanes)
                sum += new Vector<float>(grad[i..]) * new Vector<float>(w[i..]) * new Vector<float>(row[i..]);
            float along = s * s * s * Vector.Sum(sum) / width;
            for (int i = 0; i < width; i += lanes)
            {
                Vector<float> r = new(row[i..]), g = new(grad[i..]);
                (new Vector<float>(target[i..]) + (s * new Vector<float>(w[i..]) * g) - (along * r)).CopyTo(target[i..]);
                (new Vector<float>(dw[i..]) + (s * g * r)).CopyTo(dw[i..]);
            }
        }
    }

    private static float Scale(ReadOnlySpan<float> row, float epsilon) =>
        1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(row) / row.Length) + epsilon);
}
