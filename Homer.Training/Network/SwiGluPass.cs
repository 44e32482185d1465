using System.Numerics;
using System.Numerics.Tensors;

namespace Homer.Training.Network;

/// <summary>The gated activation SwiGLU, a = silu(g) · u (Shazeer 2020, arXiv 2002.05202), and its gradient.</summary>
internal static class SwiGluPass
{
    /// <summary>Computes a = silu(g) · u, element by element.</summary>
    /// <param name="gate">g.</param>
    /// <param name="up">u.</param>
    /// <param name="output">Receives a.</param>
    public static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        TensorPrimitives.Sigmoid(gate, output);
        TensorPrimitives.Multiply(output, gate, output);
        TensorPrimitives.Multiply(output, up, output);
    }

    /// <summary>Computes du = da · g·σ and dg = da · u · σ · (1 + g·(1 − σ)), where σ = sigmoid(g).</summary>
    /// <param name="gate">g.</param>
    /// <param name="up">u.</param>
    /// <param name="output">da; receives dg.</param>
    /// <param name="upGradient">Receives du.</param>
    public static void Backward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output, Span<float> upGradient)
    {
        TensorPrimitives.Sigmoid(gate, upGradient);
        Vector<float> one = Vector<float>.One;
        for (int i = 0; i < gate.Length; i += Vector<float>.Count)
        {
            Vector<float> g = new(gate[i..]), s = new(upGradient[i..]), da = new(output[i..]);
            (da * g * s).CopyTo(upGradient[i..]);
            (da * new Vector<float>(up[i..]) * s * (one + (g * (one - s)))).CopyTo(output[i..]);
        }
    }
}
