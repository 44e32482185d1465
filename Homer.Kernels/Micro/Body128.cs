using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Tensors;

namespace Homer.Kernels.Micro;

/// <summary>Vectors of 4 floats: NEON, and x64 without AVX2.</summary>
internal readonly unsafe struct Body128 : IVectorBody<Vector128<float>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Decode<T>(T* source)
        where T : unmanaged, IWeightElement
    {
        if (typeof(T) == typeof(Float32))
            return Vector128.Load((float*)source);
        Vector128<int> bits = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16()).AsInt32();
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        Vector128<int> magnitude = bits & Vector128.Create(Float16.MagnitudeMask);
        Vector128<float> value = ((magnitude << 13) + Vector128.Create(Float16.ExponentShift)).AsSingle();
        // A subnormal was given a leading one that it lacks; only where it was is the number without it the smaller one.
        value = Vector128.MinNative(value, Vector128.MultiplyAddEstimate(value, Vector128.Create(2f), Vector128.Create(-Float16.SmallestNormalValue)));
        Vector128<int> special = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(Float16.Infinity)) & Vector128.Create(Float16.SingleInfinity);
        return value | (special | ((bits << 16) & Vector128.Create(int.MinValue))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> sum) => Vector128.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> a) => Vector128.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector128<float> a)
    {
        a = Vector128.Max(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(a[0], a[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* target) => value.Store(target);
}
