using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Tensors;

namespace Homer.Kernels.Micro;

/// <summary>The vector operations that the CPU bodies are written in, once for every vector width.</summary>
/// <typeparam name="TVector">A vector of floats.</typeparam>
internal unsafe interface IVectorBody<TVector>
    where TVector : struct
{
    static abstract int Lanes { get; }

    static abstract TVector Load(float* source);

    /// <summary>Reads stored weights and widens them to floats.</summary>
    static abstract TVector Decode<T>(T* source)
        where T : unmanaged, IWeightElement;

    static abstract TVector Broadcast(float value);

    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Exp(TVector a);

    static abstract float Sum(TVector a);

    static abstract float MaxAcross(TVector a);

    static abstract void Store(TVector value, float* target);
}

/// <summary>Which vector width the CPU bodies use: chosen once, or forced with HOMER_VECTOR_BITS=256 or 512.</summary>
internal static class VectorBody
{
    public static readonly bool Is512 =
        Environment.GetEnvironmentVariable("HOMER_VECTOR_BITS") is { } bits ? bits == "512" : Vector512.IsHardwareAccelerated;

    public static string Name => Is512 ? "512-bit" : "256-bit";
}

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
        Vector256<ushort> halves = Vector256.Load((ushort*)source);
        Vector512<int> bits = Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves)).AsInt32();
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        Vector512<int> magnitude = bits & Vector512.Create(Float16.MagnitudeMask);
        Vector512<int> shift = Vector512.ConditionalSelect(
            Vector512.LessThan(magnitude, Vector512.Create(Float16.Infinity)),
            Vector512.Create(Float16.ExponentShift), Vector512.Create(2 * Float16.ExponentShift));
        Vector512<float> value = Vector512.ConditionalSelect(
            Vector512.LessThan(magnitude, Vector512.Create(Float16.SmallestNormal)).AsSingle(),
            Vector512.ConvertToSingle(magnitude) * Vector512.Create(Float16.SubnormalUnit), ((magnitude << 13) + shift).AsSingle());
        return value | ((bits ^ magnitude) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) => Vector512.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> a) => Vector512.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Vector512.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> a) => Body256.MaxAcross(Vector256.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);
}

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
        Vector128<ushort> halves = Vector128.Load((ushort*)source);
        Vector256<int> bits = Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsInt32();
        if (typeof(T) == typeof(BFloat16))
            return (bits << 16).AsSingle();
        Vector256<int> magnitude = bits & Vector256.Create(Float16.MagnitudeMask);
        Vector256<int> shift = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(Float16.Infinity)),
            Vector256.Create(Float16.ExponentShift), Vector256.Create(2 * Float16.ExponentShift));
        Vector256<float> value = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(Float16.SmallestNormal)).AsSingle(),
            Vector256.ConvertToSingle(magnitude) * Vector256.Create(Float16.SubnormalUnit), ((magnitude << 13) + shift).AsSingle());
        return value | ((bits ^ magnitude) << 16).AsSingle();
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

        Vector256<float> magnitude = Vector256.Abs(value), rounding = Vector256.Create(Float16.SubnormalRounding);
        Vector256<int> sign = Vector256.LessThan(value, Vector256<float>.Zero).AsInt32() & Vector256.Create(Float16.SignBit);
        Vector256<int> subnormal = (magnitude + rounding).AsInt32() - rounding.AsInt32();
        Vector256<int> exact = Vector256.Min(magnitude, Vector256.Create(Float16.Largest)).AsInt32() - Vector256.Create(Float16.ExponentShift);
        Vector256<int> normal = (exact + Vector256.Create(0x0fff) + ((exact >> 13) & Vector256<int>.One)) >> 13;
        Vector256<int> rounded = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(Float16.SmallestNormalValue)).AsInt32(), subnormal, normal);
        rounded = Vector256.ConditionalSelect(Vector256.Equals(value, value).AsInt32(), rounded, Vector256.Create(Float16.NotANumber)) | sign;
        Vector128.Narrow(rounded.GetLower().AsUInt32(), rounded.GetUpper().AsUInt32()).Store((ushort*)target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) => Vector256.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> a) => Vector256.Exp(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> a) => Vector256.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector256<float> a)
    {
        Vector128<float> four = Vector128.Max(a.GetLower(), a.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(four[0], four[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* target) => value.Store(target);
}
