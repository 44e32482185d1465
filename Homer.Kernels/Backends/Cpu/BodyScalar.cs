using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>Single floats, for processors whose vectors .NET does not support.</summary>
internal readonly unsafe struct BodyScalar : IVectorBody<float>
{
    public static int Lanes => 1;

    public static float Load(float* source) => *source;

    public static float Decode<T>(T* source)
        where T : unmanaged, IWeightElement => source->ToSingle();

    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float sum) => float.MultiplyAddEstimate(a, b, sum);

    public static float Add(float a, float b) => a + b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float Max(float a, float b) => MathF.Max(a, b);

    public static float TimesPowerOfTwo(float value, float n) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + (BitConverter.SingleToInt32Bits(n) << 23));

    public static float ZeroBelow(float limit, float x, float value) => x < limit ? 0 : value;

    public static float Sum(float a) => a;

    public static Vector128<float> Sums(float a, float b, float c, float d) => Vector128.Create(a, b, c, d);

    public static float MaxAcross(float a) => a;

    public static void Store(float value, float* target) => *target = value;
}
