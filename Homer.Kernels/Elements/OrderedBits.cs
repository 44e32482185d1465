using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>
/// Maps floats to integers in the same order: −∞ … −0, +0 … +∞ become ascending integers without gaps, so that a range of floats can be
/// bisected.
/// </summary>
internal static class OrderedBits
{
    /// <summary>
    /// Returns the value, or −∞ for NaN, which has no order. GPU bodies call it explicitly: ILGPU's OpenCL backend may write a ≥ b as
    /// !(a &lt; b), which is true for NaN.
    /// </summary>
    public static float Number(float value) => float.IsNaN(value) ? float.NegativeInfinity : value;

    /// <summary>Returns the integer of a float.</summary>
    public static int Of(float value) => Flip((int)Interop.FloatAsInt(value));

    /// <summary>Returns the float of an integer.</summary>
    public static float ToFloat(int bits) => Interop.IntAsFloat((uint)Flip(bits));

    // The magnitude bits of a negative float ascend as the float descends.
    private static int Flip(int bits) => bits < 0 ? bits ^ int.MaxValue : bits;
}
