using System.Runtime.Intrinsics;
using Homer.Kernels.Elements;

namespace Homer.Kernels.Backends.Cpu;

/// <summary>
/// The vector operations in which the CPU bodies are written once for every vector width; a single float counts as a vector too.
/// </summary>
/// <typeparam name="TVector">A vector of floats.</typeparam>
internal unsafe interface IVectorBody<TVector>
    where TVector : struct
{
    /// <summary>The number of floats in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Loads a vector; the address need not be aligned.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Loads stored elements and widens them to floats.</summary>
    static abstract TVector Decode<T>(T* source)
        where T : unmanaged, IWeightElement;

    /// <summary>Returns a vector with the value in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Returns a · b + sum, rounded once where the processor has fused multiply-add.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    /// <summary>Returns a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Returns a · b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>Returns a / b.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>Returns the larger value in each lane.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Returns value · 2ⁿ, where the integer n is in the last bits of <paramref name="n"/>.</summary>
    static abstract TVector TimesPowerOfTwo(TVector value, TVector n);

    /// <summary>Returns 0 in the lanes where x is below the limit, otherwise the value.</summary>
    static abstract TVector ZeroBelow(TVector limit, TVector x, TVector value);

    /// <summary>Returns the sum over the lanes.</summary>
    static abstract float Sum(TVector a);

    /// <summary>Returns the sums over the lanes of four vectors, in fewer steps than one by one.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);

    /// <summary>Returns the largest value over the lanes.</summary>
    static abstract float MaxAcross(TVector a);

    /// <summary>Stores a vector; the address need not be aligned.</summary>
    static abstract void Store(TVector value, float* target);
}
