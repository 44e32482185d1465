using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ) as <see cref="TileProduct"/>'s, with weights of eight bits.
/// </summary>
/// <remarks>
/// On the CPU many rows of x take panels widened to 32 bits. Few rows, as in decoding, are themselves rounded to eight bits in blocks of 32 first,
/// so that a block's dot product is one of integers, exact and four times as many at once: y = Σ over blocks of (x's scale · w's scale · Σ x·w).
/// An element of x is then off by at most half of its scale.
/// </remarks>
[HasGpuBody(typeof(BlockProductGpu))]
internal static unsafe class BlockProduct
{
    [IntrinsicImplementation]
    public static void Run(ArrayView<float> x, Int8Weights w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
    {
        var elements = (sbyte*)w.Elements.LoadEffectiveAddressAsPtr();
        var scales = (BFloat16*)w.Scales.LoadEffectiveAddressAsPtr();
        if (m < TileProduct.FewestRowsToPack)
            CpuGemv.Run(CpuWeightRows.Of(elements, scales, k), RowMath.Pointer(x), RowMath.Pointer(y), m, n, k, accumulate != 0, WorkPartition.Start(n, group, groups), WorkPartition.Start(n, group + 1, groups));
        else
            TileProduct.Run(RowMath.Pointer(x), new BlockRows(elements, scales, Int8Weights.Blocks(k)), RowMath.Pointer(y), m, n, k, accumulate != 0, group, groups);
    }

    /// <summary>The body that <see cref="CpuWeightRows"/> takes for weights of eight bits.</summary>
    public static delegate*<float*, byte*, BFloat16*, int, int, float*, void> BodyOfThisProcessor()
    {
        if (VectorWidth.Bits >= 256 && AvxVnni.IsSupported)
            return &Multiply<VnniDot>;
        if (VectorWidth.Bits >= 256 && Avx2.IsSupported)
            return &Multiply<Avx2Dot>;
        return VectorWidth.Bits == 128 && Dp.IsSupported ? &Multiply<ArmDot> : &Multiply<PortableDot>;
    }

    /// <summary>A row of x is its scales and then its elements.</summary>
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
        Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(TDot.Block(Vector256.Load(input), Vector256.Load(weights))), Vector256.Create(scale), sum);
}
