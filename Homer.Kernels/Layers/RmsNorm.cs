using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#rmsnorm
/// <summary>
/// Root mean square normalization of each row: y = w · x / √(mean(x²) + ε) (Zhang and Sennrich 2019, arXiv 1910.07467).
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class RmsNorm(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, float> aligned =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, float>(Kernel<AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, float> unaligned =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, float>(Kernel<UnalignedFloat32x4Access>);

    /// <summary>Normalizes <paramref name="rows"/> rows.</summary>
    /// <param name="y">Output [rows, width]; may be <paramref name="x"/>.</param>
    /// <param name="x">Input [rows, width].</param>
    /// <param name="weight">The weight w [width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="epsilon">ε (rms_norm_eps).</param>
    public void Launch(ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon) =>
        (VectorizedAccess.Fits(width, y, x, weight) ? aligned : unaligned)(device.Grid(rows), y, x, weight, rows, width, epsilon);

    internal static void Kernel<TAccess>(
        ArrayView<float> y, ArrayView<float> x, ArrayView<float> weight, int rows, int width, float epsilon)
        where TAccess : struct, IFloat32x4Access => RowMath.Normalize<TAccess>(y, x, weight, rows, width, epsilon);
}
