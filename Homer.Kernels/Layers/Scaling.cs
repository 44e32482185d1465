using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#rowsum-and-scaling
/// <summary>Multiplies numbers by a factor, x = a · x: embeddings, queries and logits of families with multipliers.</summary>
/// <param name="device">The device to run on.</param>
public sealed class Scaling(ComputeDevice device)
{
    // Numbers that a group scales at once.
    private const int Piece = 1024;

    private readonly Action<KernelConfig, ArrayView<float>, long, float> kernel = device.Load<ArrayView<float>, long, float>(Kernel);

    /// <summary>Scales the first <paramref name="count"/> numbers in place.</summary>
    public void Launch(ArrayView<float> x, long count, float factor) =>
        kernel(device.Grid((int)((count + Piece - 1) / Piece)), x, count, factor);

    // Groups take pieces in strides of the grid, and the threads of a group the numbers of a piece in strides of the group.
    internal static void Kernel(ArrayView<float> x, long count, float factor)
    {
        for (long first = (long)Grid.IdxX * Piece; first < count; first += (long)Grid.DimX * Piece)
        {
            long end = IntrinsicMath.Min(first + Piece, count);
            for (long i = first + Group.IdxX; i < end; i += Group.DimX)
                x[i] *= factor;
        }
    }
}
