using System.Runtime.Intrinsics;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>The vector operations that the CPU bodies are written in, once for every vector width; one float is a vector too.</summary>
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

    /// <summary>a · b + sum, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    /// <summary>value · 2ⁿ, where n is in the last bits of <paramref name="n"/>.</summary>
    static abstract TVector TimesPowerOfTwo(TVector value, TVector n);

    /// <summary>0 where x is below the limit, otherwise the value.</summary>
    static abstract TVector ZeroBelow(TVector limit, TVector x, TVector value);

    static abstract float Sum(TVector a);

    /// <summary>The sums of four vectors, in fewer steps than one by one.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);

    static abstract float MaxAcross(TVector a);

    static abstract void Store(TVector value, float* target);
}
