using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights;

namespace Homer.Tests.Kernels.Backends.Cpu;

public sealed unsafe class VectorBodyTests
{
    // Two units in the last place.
    private const double Exactness = 2.4e-7;

    [Fact]
    public void Every_width_decodes_every_16_bit_pattern()
    {
        Decodes<Vector512<float>, Body512>();
        Decodes<Vector256<float>, Body256>();
        Decodes<Vector128<float>, Body128>();
        Decodes<float, BodyScalar>();
    }

    [Fact]
    public void Every_width_takes_exponentials()
    {
        Exponentials<Vector512<float>, Body512>();
        Exponentials<Vector256<float>, Body256>();
        Exponentials<Vector128<float>, Body128>();
        Exponentials<float, BodyScalar>();
    }

    private static void Exponentials<TVector, TBody>()
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        float* target = stackalloc float[TBody.Lanes];
        float Of(float x)
        {
            TBody.Store(Exponential.Of<TVector, TBody>(TBody.Broadcast(x)), target);
            return target[0];
        }

        for (float x = Exponential.Least; x <= 0; x += 0.00037f)
        {
            double expected = Math.Exp(x);
            Assert.InRange(Of(x), expected * (1 - Exactness), expected * (1 + Exactness));
        }

        Assert.Equal(1, Of(0));
        Assert.All([float.NegativeInfinity, float.MinValue, -1000, -87], x => Assert.Equal(0, Of(x)));
        Assert.Equal(float.NaN, Of(float.NaN));
    }

    private static void Decodes<TVector, TBody>()
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        ushort[] source = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        float* target = stackalloc float[TBody.Lanes];
        fixed (ushort* bits = source)
        {
            for (int i = 0; i < source.Length; i += TBody.Lanes)
            {
                TBody.Store(TBody.Decode((Float16*)(bits + i)), target);
                AssertDecoded(WeightType.Float16, i, target, TBody.Lanes);
                TBody.Store(TBody.Decode((BFloat16*)(bits + i)), target);
                AssertDecoded(WeightType.BFloat16, i, target, TBody.Lanes);
            }
        }
    }

    private static void AssertDecoded(WeightType type, int first, float* values, int count)
    {
        for (int i = 0; i < count; i++)
            ElementDecoding.AssertDecodes(type, first + i, values[i]);
    }
}
