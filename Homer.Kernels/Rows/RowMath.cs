using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

// Tour: docs/kernels.md#how-a-kernel-is-laid-out
/// <summary>Arithmetic on rows of floats. All threads of a group call each method together, with the same arguments.</summary>
[HasGpuBody(typeof(RowMathGpu))]
internal static unsafe class RowMath
{
    /// <summary>
    /// Computes this group's share of y = weight · x / √(mean(x²) + ε), for each of <paramref name="rows"/> rows [width].
    /// </summary>
    [IntrinsicImplementation]
    public static void Normalize<TAccess>(
        ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
        where TAccess : struct, IFloat32x4Access => RowMathCpu.NormalizeRows(Pointer(y), Pointer(x), Pointer(weight), rows, width, epsilon);

    /// <summary>Computes this group's share of gate[i] = silu(gate[i]) · up[i], where silu(x) = x / (1 + e⁻ˣ), for i &lt; count.</summary>
    [IntrinsicImplementation]
    public static void SiluMultiply<TAccess>(ArrayView<float> gate, ArrayView<float> up, long count)
        where TAccess : struct, IFloat32x4Access => RowMathCpu.SiluMultiplyShare(Pointer(gate), Pointer(up), count);

    /// <summary>Copies source[i] to target[i] for i &lt; n; both are the same row or do not overlap.</summary>
    [IntrinsicImplementation]
    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged => RowMathCpu.Copy(Pointer(target), Pointer(source), n);

    /// <summary>Computes target[i] = a · target[i] + b · source[i] for i &lt; n.</summary>
    [IntrinsicImplementation]
    public static void Blend<T>(ArrayView<T> target, ArrayView<T> source, float a, float b, int n)
        where T : unmanaged, ICacheElement<T> => RowMathCpu.Blend(Pointer(target), Pointer(source), a, b, n);

    /// <summary>Widens source[i] to the 32-bit target[i] for i &lt; n.</summary>
    [IntrinsicImplementation]
    public static void Decode<T>(ArrayView<float> target, ArrayView<T> source, int n)
        where T : unmanaged, IWeightElement => RowMathCpu.Decode(Pointer(target), Pointer(source), n);

    /// <summary>Returns the address of the first element; for bodies on the CPU only.</summary>
    internal static T* Pointer<T>(ArrayView<T> view)
        where T : unmanaged => (T*)view.LoadEffectiveAddressAsPtr();
}
