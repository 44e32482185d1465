using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends.Gpu;

// Tour: docs/kernels.md#how-a-kernel-is-laid-out
/// <summary>
/// The bodies of <see cref="Primitives"/> for NVIDIA's GPUs. A reduction is five shuffles within each warp of 32 threads, then one exchange
/// in
/// shared memory for all values together. ILGPU's own sums in shared memory by compare-and-swap, with three barriers for each value.
/// </summary>
internal static class PrimitivesCuda
{
    private const int Warps = GpuGroup.Size / 32;

    /// <summary>Widens two binary16; the body of <see cref="Float16Pair.Decode"/>.</summary>
    public static Float32x2 DecodeFloat16(uint bits) => ConvertFloat16(bits);

    // max.f32 returns the operand that is not NaN.
    public static float Larger(float a, float b) => XMath.Max(a, b);

    public static float Sum(float own)
    {
        ArrayView<float> sums = Exchange(SumOfWarp(own));
        return sums[0] + sums[1] + sums[2] + sums[3];
    }

    public static RowSums SumRows(RowSums own)
    {
        ArrayView<float> all = SharedMemory.Allocate<float>(5 * Warps);
        own = new()
        {
            S0 = SumOfWarp(own.S0),
            S1 = SumOfWarp(own.S1),
            S2 = SumOfWarp(own.S2),
            S3 = SumOfWarp(own.S3),
            Squares = SumOfWarp(own.Squares),
        };
        Group.Barrier();
        if (Lane == 0)
        {
            all[Warp] = own.S0;
            all[Warps + Warp] = own.S1;
            all[(2 * Warps) + Warp] = own.S2;
            all[(3 * Warps) + Warp] = own.S3;
            all[(4 * Warps) + Warp] = own.Squares;
        }

        Group.Barrier();
        return new() { S0 = OfWarps(all, 0), S1 = OfWarps(all, 1), S2 = OfWarps(all, 2), S3 = OfWarps(all, 3), Squares = OfWarps(all, 4) };
    }

    public static float Max(float own)
    {
        own = XMath.Max(own, ILGPU.Warp.ShuffleXor(own, 16));
        own = XMath.Max(own, ILGPU.Warp.ShuffleXor(own, 8));
        own = XMath.Max(own, ILGPU.Warp.ShuffleXor(own, 4));
        own = XMath.Max(own, ILGPU.Warp.ShuffleXor(own, 2));
        ArrayView<float> all = Exchange(XMath.Max(own, ILGPU.Warp.ShuffleXor(own, 1)));
        return XMath.Max(XMath.Max(all[0], all[1]), XMath.Max(all[2], all[3]));
    }

    [IntrinsicImplementation]
    [Ptx("{ .reg .b16 low, high; mov.b32 {low, high}, %2; cvt.f32.f16 %0, low; cvt.f32.f16 %1, high; }")]
    private static Float32x2 ConvertFloat16(uint bits) => Float16Pair.DecodeBits(bits);

    private static int Lane => Group.IdxX & 31;

    private static int Warp => Group.IdxX >> 5;

    private static float SumOfWarp(float own)
    {
        own += ILGPU.Warp.ShuffleXor(own, 16);
        own += ILGPU.Warp.ShuffleXor(own, 8);
        own += ILGPU.Warp.ShuffleXor(own, 4);
        own += ILGPU.Warp.ShuffleXor(own, 2);
        return own + ILGPU.Warp.ShuffleXor(own, 1);
    }

    /// <summary>Returns one value of each warp. The first barrier is for threads that still read the previous values.</summary>
    private static ArrayView<float> Exchange(float ofWarp)
    {
        ArrayView<float> all = SharedMemory.Allocate<float>(Warps);
        Group.Barrier();
        if (Lane == 0)
            all[Warp] = ofWarp;
        Group.Barrier();
        return all;
    }

    private static float OfWarps(ArrayView<float> all, int number)
    {
        int first = number * Warps;
        return all[first] + all[first + 1] + all[first + 2] + all[first + 3];
    }
}
