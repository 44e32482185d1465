// Tour: docs/kernels.md#decode-fused-layers-and-gemv
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// On the CPU, dot products of a row of x with rows of eight-bit weights, for the few rows of decoding. x has been rounded to eight bits in
/// blocks of 32, too, so that a block's dot product is one of integers, exact and four times as many at once:
/// y = Σ over blocks of (x's scale · w's scale · Σ x·w). An element of x is then off by at most half of its scale.
/// </summary>
internal static unsafe class Int8DotProducts
{
    /// <summary>Returns the fastest body of <see cref="CpuWeightRows"/> for eight-bit weights on this processor.</summary>
    public static delegate*<float*, byte*, BFloat16*, int, int, float*, void> BodyOfThisProcessor()
    {
        if (VectorWidth.Bits >= 256 && AvxVnni.IsSupported)
            return &Multiply<VnniDot>;
        if (VectorWidth.Bits >= 256 && Avx2.IsSupported)
            return &Multiply<Avx2Dot>;
        return VectorWidth.Bits == 128 && Dp.IsSupported ? &Multiply<ArmDot> : &Multiply<PortableDot>;
    }

    // A prepared row of x is its scales and then its elements.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TDot>(float* prepared, byte* w, BFloat16* scales, int k, int rows, float* sums)
        where TDot : struct, IInt8Dot
    {
        int blocks = Int8Weights.Blocks(k);
        sbyte* x = (sbyte*)(prepared + blocks), row = (sbyte*)w;
        for (int r = 0; r < rows; r++, row += blocks * Int8Weights.Block, scales += blocks)
        {
            Vector256<float> a = default, b = default;
            int i = 0;
            for (; i <= blocks - 2; i += 2)
            {
                // A line holds two blocks.
                int at = i * Int8Weights.Block;
                CpuPrefetch.ToL1(row + at + CpuDotProducts.Ahead);
                a = Add<TDot>(a, x + at, row + at, prepared[i] * scales[i].ToSingle());
                b = Add<TDot>(b, x + at + Int8Weights.Block, row + at + Int8Weights.Block, prepared[i + 1] * scales[i + 1].ToSingle());
            }

            if (i < blocks)
                a = Add<TDot>(a, x + (i * Int8Weights.Block), row + (i * Int8Weights.Block), prepared[i] * scales[i].ToSingle());
            sums[r] = Body256.Sum(a + b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add<TDot>(Vector256<float> sum, sbyte* input, sbyte* weights, float scale)
        where TDot : struct, IInt8Dot =>
        Vector256.MultiplyAddEstimate(
            Vector256.ConvertToSingle(TDot.Block(Vector256.Load(input), Vector256.Load(weights))), Vector256.Create(scale), sum);
}
