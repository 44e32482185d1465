using Homer.Kernels.Weights;

namespace Homer.Tests.Kernels;

/// <summary>The values of 16-bit elements according to .NET.</summary>
internal static class ElementDecoding
{
    /// <summary>Fails unless <paramref name="actual"/> is, to the bit, the value of a bit pattern; a NaN may be any NaN.</summary>
    public static void AssertDecodes(WeightType type, int bits, float actual)
    {
        float expected = type == WeightType.Float16
            ? (float)BitConverter.UInt16BitsToHalf((ushort)bits)
            : BitConverter.Int32BitsToSingle(bits << 16);
        int expectedBits = BitConverter.SingleToInt32Bits(expected), actualBits = BitConverter.SingleToInt32Bits(actual);
        if (float.IsNaN(expected) ? !float.IsNaN(actual) : expectedBits != actualBits)
            Assert.Fail($"{type} 0x{bits:x4} is {expected:g9} (0x{expectedBits:x8}), not {actual:g9} (0x{actualBits:x8})");
    }
}
