using System.Numerics.Tensors;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>Adds up the gradients of all workers.</summary>
internal static class GradientSum
{
    private const int Piece = 1 << 14;

    /// <summary>Adds all gradients to the first one, always in the same order.</summary>
    /// <returns>The L2 norm of the sum.</returns>
    public static double Reduce(IReadOnlyList<FloatBlock> gradients)
    {
        Span<float> sum = gradients[0].Span;
        double squares = 0;
        for (int start = 0; start < sum.Length; start += Piece)
        {
            Span<float> piece = sum.Slice(start, Math.Min(Piece, sum.Length - start));
            foreach (FloatBlock other in gradients.Skip(1))
                TensorPrimitives.Add(piece, other.Span.Slice(start, piece.Length), piece);
            squares += TensorPrimitives.SumOfSquares<float>(piece);
        }

        return Math.Sqrt(squares);
    }
}
