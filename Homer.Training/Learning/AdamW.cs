using System.Numerics;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>The optimizer (Loshchilov and Hutter 2019, arXiv 1711.05101), with β = 0.9, 0.98; norms do not decay.</summary>
internal sealed class AdamW(ParameterLayout layout) : IDisposable
{
    private const float First = 0.9f, Second = 0.98f, Epsilon = 1e-8f;

    public FloatBlock Mean { get; } = new(layout.Length);

    public FloatBlock Square { get; } = new(layout.Length);

    /// <summary>Updates the parameters of a worker's share of the tensors.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="factor">What to multiply the gradient by.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="decay">The weight decay.</param>
    /// <param name="step">The number of this update, from 1.</param>
    /// <param name="worker">Which share.</param>
    /// <param name="workers">Of how many.</param>
    public void Update(FloatBlock parameters, FloatBlock gradient, double factor, double rate, double decay, int step, int worker, int workers)
    {
        float unbias = (float)(1 / (1 - Math.Pow(First, step))), unbiasSquare = (float)(1 / (1 - Math.Pow(Second, step)));
        for (int i = worker; i < layout.Tensors.Count; i += workers)
        {
            ParameterTensor tensor = layout.Tensors[i];
            Update(
                LayerPass.Of(parameters, tensor), LayerPass.Of(gradient, tensor), LayerPass.Of(Mean, tensor), LayerPass.Of(Square, tensor),
                (float)factor, (float)rate, tensor.IsNorm ? 0 : (float)(rate * decay), unbias, unbiasSquare);
        }
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }

    private static void Update(
        Span<float> p, Span<float> g, Span<float> mean, Span<float> square, float factor, float rate, float decay, float unbias, float unbiasSquare)
    {
        var epsilon = new Vector<float>(Epsilon);
        for (int i = 0; i < p.Length; i += Vector<float>.Count)
        {
            Vector<float> x = factor * new Vector<float>(g[i..]);
            Vector<float> m = (First * new Vector<float>(mean[i..])) + ((1 - First) * x);
            Vector<float> s = (Second * new Vector<float>(square[i..])) + ((1 - Second) * x * x);
            Vector<float> old = new(p[i..]);
            m.CopyTo(mean[i..]);
            s.CopyTo(square[i..]);
            (old - (rate * unbias * m / (Vector.SquareRoot(unbiasSquare * s) + epsilon)) - (decay * old)).CopyTo(p[i..]);
        }
    }
}
