using System.Numerics;
using Homer.Engine.Models;

namespace Homer.Training.Network;

/// <summary>
/// Rotary positions (Su et al. 2021, arXiv 2104.09864) in the halves' layout of Llama's files: element i of a head turns with element i + d/2.
/// The gradient is the turn back.
/// </summary>
internal sealed class RotaryPass
{
    private readonly int half;
    private readonly float[] cos;
    private readonly float[] sin;

    public RotaryPass(ModelConfig config)
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

    /// <summary>Turns every head of every token in place, by the token's position in its sequence or back, and multiplies it.</summary>
    /// <param name="x">[tokens, heads, head_dim].</param>
    /// <param name="heads">Heads of a token.</param>
    /// <param name="sequence">Tokens of a sequence.</param>
    /// <param name="back">Whether to turn back.</param>
    /// <param name="factor">What to multiply by.</param>
    public void Turn(Span<float> x, int heads, int sequence, bool back, float factor = 1)
    {
        int width = heads * 2 * half, lanes = Vector<float>.Count;
        float sign = back ? -factor : factor;
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
