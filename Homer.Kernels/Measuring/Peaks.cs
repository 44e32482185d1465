using Homer.Kernels.Backends;
using Homer.Kernels.Measuring.Cpu;
using Homer.Kernels.Measuring.Gpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Measuring;

// Tour: docs/kernels.md#ceilings
/// <summary>
/// The least work that keeps one part of a device fully busy: its multipliers, or its path to memory. A result is returned only so that
/// nothing is optimized away.
/// </summary>
[HasGpuBody(typeof(PeaksGpu))]
internal static unsafe class Peaks
{
    /// <summary>
    /// The number of chains of multiply-adds that do not wait for each other: more than latency (4 or 5 cycles) × units (2) of any present
    /// processor, few enough to stay in the 16 registers of 256-bit vectors.
    /// </summary>
    public const int Chains = 12;

    /// <summary>
    /// Computes chain = chain · factor + summand <paramref name="rounds"/> times, in each of <see cref="Chains"/> chains of every vector
    /// lane or thread.
    /// </summary>
    /// <returns>A sum over the chains.</returns>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float factor, float summand, int rounds, int bits) =>
        PeaksCpu.MultiplyAdd(factor, summand, rounds, bits);

    /// <summary>Returns Σ x[i] over <paramref name="n"/> elements.</summary>
    [IntrinsicImplementation]
    public static float Read(ArrayView<float> x, int n) => PeaksCpu.Read(RowMath.Pointer(x), n);
}
