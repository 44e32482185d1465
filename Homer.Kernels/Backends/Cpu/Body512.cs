using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>Vectors of 16 floats: AVX-512.</summary>
internal readonly unsafe struct Body512 : IVectorBody<Vector512<float>>
{
    // Control of vrangeps: the first operand's sign with the smaller of both magnitudes.
    private const byte SmallerMagnitude = 0b0010;

    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode<T>(T* source)
        where T : unmanaged, IWeightElement
    {
        if (typeof(T) == typeof(Float32))
            return Vector512.Load((float*)source);
        if (!Avx512DQ.IsSupported)
            return Vector512.Create(Body256.Decode(source), Body256.Decode(source + Body256.Lanes));
        // Sign-extended, so that the sign is in place for 32 bits, too.
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(Vector256.Load((short*)source));
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        // As in Body256, but with the sign kept throughout: the upper exponent bits, which the shift fills with the sign, are all set by
        // the OR.
        // The smaller magnitude of two numbers is one instruction here.
        Vector512<int> scaled = (bits << 13) | Vector512.Create(Float16.ScaledExponent);
        Vector512<int> one = (scaled & Vector512.Create(Float16.ScaledExponent | int.MinValue)) | Vector512.Create(Float16.ExponentBit);
        Vector512<float> value = scaled.AsSingle();
        Vector512<float> subnormal = Avx512F.FusedMultiplySubtract(value, Vector512.Create(2f), one.AsSingle());
        return Avx512DQ.Range(value, subnormal, SmallerMagnitude) * Vector512.Create(Float16.Unscale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TimesPowerOfTwo(Vector512<float> value, Vector512<float> n) =>
        (value.AsInt32() + (n.AsInt32() << 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ZeroBelow(Vector512<float> limit, Vector512<float> x, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, limit), Vector512<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Body256.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d) => Body256.Sums(
        a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> a) => Body256.MaxAcross(Vector256.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);
}
