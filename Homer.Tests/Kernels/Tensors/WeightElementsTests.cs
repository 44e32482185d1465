using Homer.Kernels.Tensors;

namespace Homer.Tests.Kernels.Tensors;

public sealed class WeightElementsTests
{
    [Fact]
    public void Every_16_bit_pattern_widens_to_its_value()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            ElementDecoding.AssertDecodes(WeightType.Float16, bits, new Float16((ushort)bits).ToSingle());
            ElementDecoding.AssertDecodes(WeightType.BFloat16, bits, new BFloat16((ushort)bits).ToSingle());
        }
    }

    [Fact]
    public void Binary32_stays_what_it_is()
    {
        foreach (float value in new[] { 0, -0f, 1, -1.5e-42f, float.NegativeInfinity, float.NaN })
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(new Float32(value).ToSingle()));
    }
}
