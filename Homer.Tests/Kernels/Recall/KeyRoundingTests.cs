using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Recall;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Recall;

public sealed class KeyRoundingTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Keys_are_rounded_to_the_nearest_of_255_values(string name)
    {
        ComputeDevice device = Open(name);
        var rounding = new KeyRounding(device);
        var random = new Random(1);
        foreach ((int tokens, int kvHeads, int d, int slots, double deviation) in new[]
        {
            (1, 1, 1, 1, 1.0), (7, 3, 33, 2, 1e3), (33, 2, 7, 1, 1e-7), (172, 1, 64, 3, 1), (33, 4, 172, 1, 30),
        })
        {
            float[] keys = random.Normal(tokens * kvHeads * d, deviation);
            keys.AsSpan(0, d).Clear();
            int slot = random.Next(slots), head = random.Next(kvHeads);
            using var input = new CanaryBuffer<float>(device, keys);
            using var elements = new CanaryBuffer<sbyte>(device, new sbyte[tokens * slots * d]);
            using var scales = new CanaryBuffer<ushort>(device, new ushort[tokens * slots]);
            rounding.Launch(
                new() { Elements = elements.View, Scales = scales.View.Cast<Float16>() }, slot, slots, input.View, head, kvHeads, d);

            sbyte[] rounded = elements.Read();
            ushort[] bits = scales.Read();
            for (int token = 0; token < tokens; token++)
            {
                ReadOnlySpan<float> key = keys.AsSpan(((token * kvHeads) + head) * d, d);
                int row = (token * slots) + slot;
                double scale = (double)BitConverter.UInt16BitsToHalf(bits[row]), largest = 0;
                foreach (float value in key)
                    largest = Math.Max(largest, Math.Abs(value));
                // Half a unit of 16 bits in the scale, where it is no subnormal; then half an integer, or all where the scale is 0.
                Assert.InRange(scale, (largest / 127 * (1 - (1.0 / 1024))) - 6e-8, (largest / 127 * (1 + (1.0 / 1024))) + 6e-8);
                for (int i = 0; i < d; i++)
                {
                    double error = Math.Abs(key[i] - (scale * rounded[(row * d) + i]));
                    Assert.InRange(error, 0, (0.51 * scale) + (largest / 1024) + 4e-6);
                }
            }

            // Other slots are not touched.
            for (int row = 0; row < tokens * slots; row++)
            {
                if (row % slots != slot)
                    Assert.Equal((0, 0), (bits[row], rounded[row * d]));
            }
        }
    }

    [Theory, EveryDevice]
    public void The_scale_of_a_key_that_is_not_finite_is_not_finite(string name)
    {
        ComputeDevice device = Open(name);
        float[] keys = [1, 2, 3, 1, float.NaN, 3, 1, 2, float.PositiveInfinity, float.NegativeInfinity, 2, 3];
        using var input = new CanaryBuffer<float>(device, keys);
        using var elements = new CanaryBuffer<sbyte>(device, new sbyte[12]);
        using var scales = new CanaryBuffer<ushort>(device, new ushort[4]);
        new KeyRounding(device).Launch(
            new() { Elements = elements.View, Scales = scales.View.Cast<Float16>() }, 0, 1, input.View, 0, 1, 3);
        Assert.Equal([true, false, false, false], scales.Read().Select(bits => Half.IsFinite(BitConverter.UInt16BitsToHalf(bits))));
    }
}
