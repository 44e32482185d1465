using System.Numerics;
using Homer.Engine.Models;

namespace Homer.Training.Network;

/// <summary>
/// Rotary position embedding (RoPE; Su et al. 2021, arXiv 2104.09864) in the layout of Llama's files, where elements i and i + d/2 of a
/// head form a pair. The gradient is the inverse rotation.
/// </summary>
internal sealed class RopePass
{
    private readonly int half;
    private readonly float[] cos;
    private readonly float[] sin;

    /// <summary>Computes the RoPE table of all positions in the model's window.</summary>
    public RopePass(ModelConfig config)
    {
        half = config.HeadDim / 2;
        cos = new float[config.Window * half];
        sin = new float[config.Window * half];
        for (int t = 0; t < config.Window; t++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = t * Math.Pow(config.RopeTheta, -2.0 * i / config.HeadDim);
                cos[(t * half) + i] = (float)Math.Cos(angle);
                sin[(t * half) + i] = (float)Math.Sin(angle);
            }
        }
    }

    /// <summary>
    /// Rotates every head of every token in place by the token's position in its sequence, and multiplies it by a factor.
    /// </summary>
    /// <param name="x">[tokens, heads, head_dim].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="sequence">The number of tokens in a sequence.</param>
    /// <param name="inverse">True to rotate back.</param>
    /// <param name="factor">The factor.</param>
    public void Rotate(Span<float> x, int heads, int sequence, bool inverse, float factor = 1)
    {
        int width = heads * 2 * half, lanes = Vector<float>.Count;
        float sign = inverse ? -factor : factor;
        for (int start = 0, token = 0; start < x.Length; start += width, token++)
        {
            int at = token % sequence * half;
            for (int head = start; head < start + width; head += 2 * half)
            {
                Span<float> low = x.Slice(head, half), high = x.Slice(head + half, half);
                for (int i = 0; i < half; i += lanes)
                {
                    Vector<float> c = factor * new Vector<float>(cos, at + i), s = sign * new Vector<float>(sin, at + i);
                    Vector<float> a = new(low[i..]), b = new(high[i..]);
                    ((a * c) - (b * s)).CopyTo(low[i..]);
                    ((b * c) + (a * s)).CopyTo(high[i..]);
                }
            }
        }
    }
}
