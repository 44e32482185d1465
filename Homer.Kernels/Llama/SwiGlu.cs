using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Llama;

/// <summary>The gate of the MLP: gate = silu(gate) · up, where silu(x) = x / (1 + e⁻ˣ) (Shazeer 2020, arXiv 2002.05202).</summary>
/// <param name="device">The device to run on.</param>
public sealed class SwiGlu(ComputeDevice device)
{
    // What a group takes at a time: in decoding, the one row is shared among groups.
    private const int Segment = 1024;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, int, int>(Kernel);

    /// <summary>Gates <paramref name="rows"/> rows in place.</summary>
    /// <param name="gate">[rows, width], overwritten with the result.</param>
    /// <param name="up">[rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row (intermediate_size).</param>
    public void Launch(ArrayView<float> gate, ArrayView<float> up, int rows, int width) =>
        kernel(device.Grid(rows * Segments(width)), gate, up, rows, width);

    internal static void Kernel(ArrayView<float> gate, ArrayView<float> up, int rows, int width)
    {
        int segments = Segments(width);
        for (int item = Grid.IdxX; item < rows * segments; item += Grid.DimX)
        {
            int start = item % segments * Segment, length = XMath.Min(Segment, width - start);
            long at = ((long)(item / segments) * width) + start;
            Rows.SiluMultiply(gate.SubView(at, length), up.SubView(at, length), length);
        }
    }

    private static int Segments(int width) => (width + Segment - 1) / Segment;
}
