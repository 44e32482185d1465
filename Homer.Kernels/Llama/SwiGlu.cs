using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>The gate of the MLP: gate = silu(gate) · up, where silu(x) = x / (1 + e⁻ˣ) (Shazeer 2020, arXiv 2002.05202).</summary>
/// <param name="device">The device to run on.</param>
public sealed class SwiGlu(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, int, int>(Kernel);

    /// <summary>Gates <paramref name="rows"/> rows in place.</summary>
    /// <param name="gate">[rows, width], overwritten with the result.</param>
    /// <param name="up">[rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row (intermediate_size).</param>
    public void Launch(ArrayView<float> gate, ArrayView<float> up, int rows, int width) => kernel(device.Grid(rows), gate, up, rows, width);

    internal static void Kernel(ArrayView<float> gate, ArrayView<float> up, int rows, int width)
    {
        for (int r = Grid.IdxX; r < rows; r += Grid.DimX)
            Rows.SiluMultiply(gate.SubView((long)r * width, width), up.SubView((long)r * width, width), width);
    }
}
