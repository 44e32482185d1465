using System.Numerics;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>
/// The optimizer AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with β₁ = 0.9 and β₂ = 0.98. The weights of norms do not decay.
/// </summary>
internal sealed class AdamW(ParameterLayout layout) : IDisposable
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.98f;
    private const float Epsilon = 1e-8f;

    /// <summary>The moving averages of the gradients, in the layout of the parameters.</summary>
    public FloatBlock Mean { get; } = new(layout.Length);

    /// <summary>The moving averages of the squared gradients, in the layout of the parameters.</summary>
    public FloatBlock Square { get; } = new(layout.Length);

    /// <summary>Updates the parameters of one worker's share of the tensors.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradient">The gradient of all parameters.</param>
    /// <param name="step">The settings of this step.</param>
    /// <param name="worker">The index of the worker.</param>
    /// <param name="workers">The number of workers.</param>
    public void Update(FloatBlock parameters, FloatBlock gradient, OptimizerStep step, int worker, int workers)
    {
        for (int i = worker; i < layout.Tensors.Count; i += workers)
            Update(layout.Tensors[i], parameters, gradient, step);
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }

    private void Update(ParameterTensor tensor, FloatBlock parameters, FloatBlock gradient, OptimizerStep step)
    {
        Span<float> p = parameters.Of(tensor), g = gradient.Of(tensor), mean = Mean.Of(tensor), square = Square.Of(tensor);
        float factor = (float)step.GradientFactor, rate = (float)step.LearningRate;
        float decay = tensor.IsNorm ? 0 : (float)(step.LearningRate * step.WeightDecay);
        float unbias = (float)(1 / (1 - Math.Pow(Beta1, step.Number)));
        float unbiasSquare = (float)(1 / (1 - Math.Pow(Beta2, step.Number)));
        var epsilon = new Vector<float>(Epsilon);
        for (int i = 0; i < p.Length; i += Vector<float>.Count)
        {
            Vector<float> x = factor * new Vector<float>(g[i..]);
            Vector<float> m = (Beta1 * new Vector<float>(mean[i..])) + ((1 - Beta1) * x);
            Vector<float> s = (Beta2 * new Vector<float>(square[i..])) + ((1 - Beta2) * x * x);
            Vector<float> old = new(p[i..]);
            m.CopyTo(mean[i..]);
            s.CopyTo(square[i..]);
            (old - (rate * unbias * m / (Vector.SquareRoot(unbiasSquare * s) + epsilon)) - (decay * old)).CopyTo(p[i..]);
        }
    }
}

/// <summary>The settings of one optimizer step.</summary>
/// <param name="Number">The number of the step, from 1.</param>
/// <param name="GradientFactor">The factor of the gradient, less than 1 if it is clipped.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="WeightDecay">The weight decay.</param>
internal readonly record struct OptimizerStep(int Number, double GradientFactor, double LearningRate, double WeightDecay);
