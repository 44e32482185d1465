using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ) as <see cref="TileProduct"/>'s, with weights of eight bits.
/// </summary>
/// <remarks>
/// On the CPU many rows of x take panels widened to 32 bits. Few rows, as in decoding, are themselves rounded to eight bits in blocks of 32 first,
/// so that a block's dot product is one of integers, exact and four times as many at once: y = Σ over blocks of (x's scale · w's scale · Σ x·w).
/// An element of x is then off by at most half of its scale.
/// </remarks>
[HasGroupBodies(typeof(BlockProductOnGroup))]
internal static unsafe class BlockProduct
{
    private const int WeightRows = CpuRows.Together;

    [IntrinsicImplementation]
    public static void Run(ArrayView<float> x, Int8Weights w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
    {
        var elements = (sbyte*)w.Elements.LoadEffectiveAddressAsPtr();
        var scales = (BFloat16*)w.Scales.LoadEffectiveAddressAsPtr();
        if (m < TileProduct.FewestRowsToPack)
            FewRows.Run(CpuRows.Of(elements, scales, k), Rows.Pointer(x), Rows.Pointer(y), m, n, k, accumulate != 0, TileProduct.Share(n, group, groups), TileProduct.Share(n, group + 1, groups));
        else
            TileProduct.Run(Rows.Pointer(x), new BlockRows(elements, scales, Int8Weights.Blocks(k)), Rows.Pointer(y), m, n, k, accumulate != 0, group, groups);
    }

    /// <summary>The body that <see cref="CpuRows"/> takes for weights of eight bits.</summary>
    public static delegate*<float*, byte*, BFloat16*, int, int, float*, void> FourRowsOfThisProcessor()
    {
        if (VectorBody.Bits >= 256 && AvxVnni.IsSupported)
            return &FourRows<VnniDot>;
        if (VectorBody.Bits >= 256 && Avx2.IsSupported)
            return &FourRows<Avx2Dot>;
        return VectorBody.Bits == 128 && Dp.IsSupported ? &FourRows<ArmDot> : &FourRows<PortableDot>;
    }

    /// <summary>A row of x is its scales and then its elements. Where there are fewer rows of w, the last one stands in for those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<TDot>(float* prepared, byte* w, BFloat16* scales, int k, int rows, float* sums)
        where TDot : struct, IInt8Dot
    {
        int blocks = Int8Weights.Blocks(k), step = blocks * Int8Weights.Block;
        float* inputScales = prepared;
        var x = (sbyte*)(prepared + blocks);
        sbyte* w0 = (sbyte*)w, w1 = rows > 1 ? w0 + step : w0, w2 = rows > 2 ? w1 + step : w1, w3 = rows > 3 ? w2 + step : w2;
        BFloat16* s0 = scales, s1 = rows > 1 ? s0 + blocks : s0, s2 = rows > 2 ? s1 + blocks : s1, s3 = rows > 3 ? s2 + blocks : s2;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (int b = 0; b < blocks; b++, x += Int8Weights.Block)
        {
            Vector256<sbyte> input = Vector256.Load(x);
            int at = b * Int8Weights.Block, ahead = at + (WeightRows * step);
            // The rows that follow, as in RowProduct; a line holds two blocks.
            if (b % 2 == 0)
            {
                Rows.Prefetch(w0 + ahead);
                Rows.Prefetch(w1 + ahead);
                Rows.Prefetch(w2 + ahead);
                Rows.Prefetch(w3 + ahead);
            }

            float scale = inputScales[b];
            a0 = Add<TDot>(a0, input, w0 + at, scale * s0[b].ToSingle());
            a1 = Add<TDot>(a1, input, w1 + at, scale * s1[b].ToSingle());
            a2 = Add<TDot>(a2, input, w2 + at, scale * s2[b].ToSingle());
            a3 = Add<TDot>(a3, input, w3 + at, scale * s3[b].ToSingle());
        }

        (sums[0], sums[1], sums[2], sums[3]) = (Vector256.Sum(a0), Vector256.Sum(a1), Vector256.Sum(a2), Vector256.Sum(a3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add<TDot>(Vector256<float> sum, Vector256<sbyte> input, sbyte* weights, float scale)
        where TDot : struct, IInt8Dot =>
        Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(TDot.Block(input, Vector256.Load(weights))), Vector256.Create(scale), sum);
}
