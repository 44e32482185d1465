using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Tensors;

namespace Homer.Kernels.Micro;

/// <summary>Vectors of 16 floats: AVX-512.</summary>
internal readonly unsafe struct Body512 : IVectorBody<Vector512<float>>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode<T>(T* source)
        where T : unmanaged, IWeightElement
    {
        if (typeof(T) == typeof(Float32))
            return Vector512.Load((float*)source);
        // With their sign, which then is where it belongs in 32 bits, too.
        Vector256<short> halves = Vector256.Load((short*)source);
        Vector512<int> bits = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(halves)
            : Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        Vector512<int> magnitude = bits & Vector512.Create(Float16.MagnitudeMask), shift = Vector512.Create(Float16.ExponentShift);
        Vector512<int> shifted = (magnitude << 13) + shift;
        Vector512<float> value = Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(Float16.Infinity)), shifted + shift, shifted).AsSingle();
        // A subnormal was given a leading one that it lacks; only where it was is the number without it the smaller one.
        value = Vector512.MinNative(value, Vector512.MultiplyAddEstimate(value, Vector512.Create(2f), Vector512.Create(-Float16.SmallestNormalValue)));
        return ((bits & Vector512.Create(int.MinValue)) | value.AsInt32()).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) => Vector512.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> a) => Vector512.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Body256.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> a) => Body256.MaxAcross(Vector256.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);
}
