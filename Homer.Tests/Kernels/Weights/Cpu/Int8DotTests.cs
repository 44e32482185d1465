using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Tests.Kernels.Weights.Cpu;

public sealed class Int8DotTests
{
    [Fact]
    public void Every_body_of_this_processor_is_exact()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            // The first are all extremes.
            sbyte[] a = Draw(), b = Draw();
            int expected = a.Zip(b, (x, y) => x * y).Sum();
            Vector256<sbyte> left = Vector256.Create<sbyte>(a), right = Vector256.Create<sbyte>(b);
            Assert.Equal(expected, Sum<PortableDot>());
            if (Avx2.IsSupported)
                Assert.Equal(expected, Sum<Avx2Dot>());
            if (AvxVnni.IsSupported)
                Assert.Equal(expected, Sum<VnniDot>());
            if (Dp.IsSupported)
                Assert.Equal(expected, Sum<ArmDot>());

            int Sum<TDot>()
                where TDot : struct, IInt8Dot => Vector256.Sum(TDot.Block(left, right));

            sbyte[] Draw() =>
                [.. Enumerable.Range(0, 32).Select(_ => (sbyte)(i < 20 ? 127 * ((2 * random.Next(2)) - 1) : random.Next(-127, 128)))];
        }
    }
}
