using ILGPU.Algorithms;

namespace Homer.Kernels.Rows;

/// <summary>The soft bound of a number, c · tanh(x / c), where tanh(u) = 1 − 2 / (e²ᵘ + 1) for u ≥ 0.</summary>
/// <remarks>NVIDIA's own instruction for tanh keeps eleven bits only. This form is within a few 2⁻²⁴ · c of the value.</remarks>
internal static class SoftBound
{
    // From here on tanh is 1 in 32 bits, and the power does not overflow.
    private const float Largest = 20;

    /// <summary>Returns c · tanh(x / c).</summary>
    public static float Of(float x, float cap)
    {
        float u = XMath.Min(XMath.Abs(x) / cap, Largest), bounded = cap * (1 - (2 / (XMath.Exp(2 * u) + 1)));
        return x < 0 ? -bounded : bounded;
    }
}
