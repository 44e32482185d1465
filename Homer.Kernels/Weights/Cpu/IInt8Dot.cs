using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// On the CPU, the dot product of two blocks of 32 eight-bit integers, −127 … 127, by the processor's integer dot-product instructions
/// where it has them.
/// </summary>
internal interface IInt8Dot
{
    /// <summary>Returns eight sums of four products each; which four depends on the processor.</summary>
    static abstract Vector256<int> Block(Vector256<sbyte> a, Vector256<sbyte> b);
}

/// <summary>The dot product by AVX-VNNI, which multiplies unsigned by signed: |a| · (b with a's sign).</summary>
internal readonly struct VnniDot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Block(Vector256<sbyte> a, Vector256<sbyte> b) =>
        AvxVnni.MultiplyWideningAndAdd(Vector256<int>.Zero, Avx2.Abs(a), Avx2.Sign(b, a));
}

/// <summary>The dot product by AVX2, |a| · (b with a's sign): first to sums of pairs in 16 bits, which hold 2 · 127².</summary>
internal readonly struct Avx2Dot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Block(Vector256<sbyte> a, Vector256<sbyte> b) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(a), Avx2.Sign(b, a)), Vector256<short>.One);
}

/// <summary>The dot product by ARM's dot product instructions.</summary>
internal readonly struct ArmDot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Block(Vector256<sbyte> a, Vector256<sbyte> b) => Vector256.Create(
        Dp.DotProduct(Vector128<int>.Zero, a.GetLower(), b.GetLower()), Dp.DotProduct(Vector128<int>.Zero, a.GetUpper(), b.GetUpper()));
}

/// <summary>The dot product on any processor.</summary>
internal readonly struct PortableDot : IInt8Dot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Block(Vector256<sbyte> a, Vector256<sbyte> b)
    {
        Vector256<short> pairs = (Vector256.WidenLower(a) * Vector256.WidenLower(b)) + (Vector256.WidenUpper(a) * Vector256.WidenUpper(b));
        return Vector256.WidenLower(pairs) + Vector256.WidenUpper(pairs);
    }
}
