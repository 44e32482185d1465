using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>Vectors of 8 floats: AVX2 and FMA.</summary>
internal readonly unsafe struct Body256 : IVectorBody<Vector256<float>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode<T>(T* source)
        where T : unmanaged, IWeightElement
    {
        if (typeof(T) == typeof(Float32))
            return Vector256.Load((float*)source);
        // Sign-extended, so that the sign is in place for 32 bits, too.
        Vector128<short> halves = Vector128.Load((short*)source);
        Vector256<int> bits = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(halves)
            : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        // The value times 2¹¹², a scale at which binary16's infinity becomes binary32's. The bits of a subnormal now have an implicit
        // leading
        // one that must go: 2 · value − smallest normal is the number without it, and is the smaller one for subnormals alone.
        Vector256<int> scaled = ((bits & Vector256.Create(Float16.MagnitudeMask)) << 13) | Vector256.Create(Float16.ScaledExponent);
        Vector256<float> value = scaled.AsSingle();
        value = Vector256.MinNative(
            value, Vector256.MultiplyAddEstimate(value, Vector256.Create(2f), Vector256.Create(-Float16.ScaledSmallestNormal)));
        return (value * Vector256.Create(Float16.Unscale)) | (bits & Vector256.Create(int.MinValue)).AsSingle();
    }

    /// <summary>Rounds floats to stored elements, as <see cref="ICacheElement{T}.FromSingle"/> does one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode<T>(Vector256<float> value, T* target)
        where T : unmanaged, ICacheElement<T>
    {
        if (typeof(T) == typeof(Float32))
        {
            value.Store((float*)target);
            return;
        }

        // Both roundings, to a subnormal and to a normal number, of every lane; then the one that applies, or NaN, with the sign.
        Vector256<float> magnitude = Vector256.Abs(value), rounding = Vector256.Create(Float16.SubnormalRounding);
        Vector256<int> sign = Vector256.LessThan(value, Vector256<float>.Zero).AsInt32() & Vector256.Create(Float16.SignBit);
        Vector256<int> subnormal = (magnitude + rounding).AsInt32() - rounding.AsInt32();
        Vector256<int> saturated = Vector256.Min(magnitude, Vector256.Create(Float16.Largest)).AsInt32();
        Vector256<int> exact = saturated - Vector256.Create(Float16.ExponentShift);
        Vector256<int> normal = (exact + Vector256.Create(0x0fff) + ((exact >> 13) & Vector256<int>.One)) >> 13;
        Vector256<int> rounded = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(Float16.SmallestNormalValue)).AsInt32(), subnormal, normal);
        rounded = Vector256.ConditionalSelect(Vector256.Equals(value, value).AsInt32(), rounded, Vector256.Create(Float16.NaN)) | sign;
        Vector128.Narrow(rounded.GetLower().AsUInt32(), rounded.GetUpper().AsUInt32()).Store((ushort*)target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TimesPowerOfTwo(Vector256<float> value, Vector256<float> n) =>
        (value.AsInt32() + (n.AsInt32() << 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ZeroBelow(Vector256<float> limit, Vector256<float> x, Vector256<float> value) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, limit), Vector256<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    // By halves: the runtime's own sum adds four elements at a time, one after the other.
    public static float Sum(Vector256<float> a) => Vector128.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => Body128.Sums(
        a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector256<float> a) => Body128.MaxAcross(Vector128.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);
}
