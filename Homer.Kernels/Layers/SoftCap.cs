using Homer.Kernels.Devices;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#rowsum-and-scaling
/// <summary>Bounds numbers softly, x = c · tanh(x / c): the logits of Gemma 2 (arXiv 2408.00118).</summary>
/// <param name="device">The device to run on.</param>
public sealed class SoftCap(ComputeDevice device)
{
    // Numbers that a group bounds at once.
    private const int Piece = 1024;

    private readonly Action<KernelConfig, ArrayView<float>, long, float> kernel = device.Load<ArrayView<float>, long, float>(Kernel);

    /// <summary>Bounds the first <paramref name="count"/> numbers in place.</summary>
    public void Launch(ArrayView<float> x, long count, float cap) =>
        kernel(device.Grid((int)((count + Piece - 1) / Piece)), x, count, cap);

    // Groups take pieces in strides of the grid, and the threads of a group the numbers of a piece in strides of the group.
    internal static void Kernel(ArrayView<float> x, long count, float cap)
    {
        for (long first = (long)Grid.IdxX * Piece; first < count; first += (long)Grid.DimX * Piece)
        {
            long end = IntrinsicMath.Min(first + Piece, count);
            for (long i = first + Group.IdxX; i < end; i += Group.DimX)
                x[i] = SoftBound.Of(x[i], cap);
        }
    }
}
