using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Gpu;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#swiglu
/// <summary>The gate of the MLP: gate = silu(gate) · up, where silu(x) = x / (1 + e⁻ˣ) (Shazeer 2020, arXiv 2002.05202).</summary>
/// <remarks>
/// The work is partitioned into pieces of the whole array, not into rows, so that one token, too, keeps every group busy.
/// </remarks>
/// <param name="device">The device to run on.</param>
public sealed class SwiGlu(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, long> aligned =
        device.Load<ArrayView<float>, ArrayView<float>, long>(Kernel<AlignedFloat32x4Access>);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, long> unaligned =
        device.Load<ArrayView<float>, ArrayView<float>, long>(Kernel<UnalignedFloat32x4Access>);

    /// <summary>Gates <paramref name="rows"/> rows in place.</summary>
    /// <param name="gate">The gate [rows, width], overwritten with the result.</param>
    /// <param name="up">The other factor [rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row (intermediate_size).</param>
    public void Launch(ArrayView<float> gate, ArrayView<float> up, int rows, int width)
    {
        long count = (long)rows * width;
        (VectorizedAccess.Fits(width, gate, up) ? aligned : unaligned)(device.Grid(RowMathGpu.GroupsThatGate(count)), gate, up, count);
    }

    internal static void Kernel<TAccess>(ArrayView<float> gate, ArrayView<float> up, long count)
        where TAccess : struct, IFloat32x4Access => RowMath.SiluMultiply<TAccess>(gate, up, count);
}
