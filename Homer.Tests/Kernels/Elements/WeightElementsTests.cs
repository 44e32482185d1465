using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights;

namespace Homer.Tests.Kernels.Elements;

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
    public unsafe void Floats_round_to_the_nearest_16_bits_and_saturate()
    {
        // Every exponent, with fractions on both sides of every tie, and random ones.
        var random = new Random(1);
        float[] values =
        [
            .. Enumerable.Range(0, 1 << 16).Select(high => BitConverter.UInt32BitsToSingle((uint)high << 16)),
            .. Enumerable.Range(0, 1 << 16).SelectMany(bits => Around((float)BitConverter.UInt16BitsToHalf((ushort)bits))),
            .. Enumerable.Range(0, 1 << 16).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))),
        ];
        var vectors = new Float16[values.Length];
        fixed (float* source = values)
        fixed (Float16* target = vectors)
        {
            for (int i = 0; i < values.Length; i += Body256.Lanes)
                Body256.Encode(Body256.Load(source + i), target + i);
        }

        for (int i = 0; i < values.Length; i++)
        {
            float expected = float.IsNaN(values[i]) ? float.NaN : (float)(Half)Math.Clamp(values[i], -65504, 65504);
            Assert.Equal(expected, default(Float16).FromSingle(values[i]).ToSingle());
            Assert.Equal(expected, vectors[i].ToSingle());
        }

        // A number, the halfway points beside it, and their neighbours.
        static IEnumerable<float> Around(float x)
        {
            foreach (int step in new[] { 0, 0x0fff, 0x1000, 0x1001 })
                yield return BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + step);
        }
    }

    [Fact]
    public void Binary32_stays_what_it_is()
    {
        foreach (float value in new[] { 0, -0f, 1, -1.5e-42f, float.NegativeInfinity, float.NaN })
            Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(new Float32(value).ToSingle()));
    }
}
