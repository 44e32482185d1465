using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;

namespace Homer.Tests.Kernels.Micro;

public sealed unsafe class VectorBodyTests
{
    [Fact]
    public void Both_widths_decode_every_16_bit_pattern()
    {
        var source = new ushort[1 << 16];
        for (int i = 0; i < source.Length; i++)
            source[i] = (ushort)i;
        float* target = stackalloc float[Body512.Lanes];
        fixed (ushort* bits = source)
        {
            for (int i = 0; i < source.Length; i += Body512.Lanes)
            {
                Body512.Store(Body512.Decode((Float16*)(bits + i)), target);
                AssertDecoded(WeightType.Float16, i, target, Body512.Lanes);
                Body512.Store(Body512.Decode((BFloat16*)(bits + i)), target);
                AssertDecoded(WeightType.BFloat16, i, target, Body512.Lanes);
            }

            for (int i = 0; i < source.Length; i += Body256.Lanes)
            {
                Body256.Store(Body256.Decode((Float16*)(bits + i)), target);
                AssertDecoded(WeightType.Float16, i, target, Body256.Lanes);
                Body256.Store(Body256.Decode((BFloat16*)(bits + i)), target);
                AssertDecoded(WeightType.BFloat16, i, target, Body256.Lanes);
            }
        }
    }

    private static void AssertDecoded(WeightType type, int first, float* values, int count)
    {
        for (int i = 0; i < count; i++)
            ElementDecoding.AssertDecodes(type, first + i, values[i]);
    }
}
