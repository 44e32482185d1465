using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>The order of floats as an order of integers: −∞ … −0, +0 … +∞ become ascending integers without gaps, so a range of floats can be halved.</summary>
internal static class OrderedBits
{
    /// <summary>
    /// −∞ in place of NaN, which has no order. Bodies for groups ask for it explicitly: ILGPU's OpenCL backend may write a ≥ b as
    /// !(a &lt; b), so that comparisons with NaN mean nothing there.
    /// </summary>
    public static float Number(float value) => float.IsNaN(value) ? float.NegativeInfinity : value;

    public static int Of(float value) => Flip((int)Interop.FloatAsInt(value));

    public static float ToFloat(int bits) => Interop.IntAsFloat((uint)Flip(bits));

    // The magnitude bits of a negative float ascend as the float descends.
    private static int Flip(int bits) => bits < 0 ? bits ^ int.MaxValue : bits;
}
