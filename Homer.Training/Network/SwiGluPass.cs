using System.Numerics;
using System.Numerics.Tensors;

namespace Homer.Training.Network;

/// <summary>The gated activation a = silu(g) · u (Shazeer 2020, arXiv 2002.05202) and its gradient.</summary>
internal static class SwiGluPass
{
    public static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output)
    {
        TensorPrimitives.Sigmoid(gate, output);
        TensorPrimitives.Multiply(output, gate, output);
        TensorPrimitives.Multiply(output, up, output);
    }

    /// <summary>du = da · g·σ, dg = da · u · σ · (1 + g·(1 − σ)).</summary>
    /// <param name="gate">g.</param>
    /// <param name="up">u.</param>
    /// <param name="output">da; becomes dg.</param>
    /// <param name="upGradient">Becomes du.</param>
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
