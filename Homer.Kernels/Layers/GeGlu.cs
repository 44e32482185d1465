using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#swiglu
/// <summary>
/// The gate of Gemma's MLP: gate = gelu(gate) · up (Shazeer 2020, arXiv 2002.05202), in the tanh form of GELU:
/// gelu(x) = x / 2 · (1 + tanh(u)) = x / (1 + e⁻²ᵘ), where u = √(2 / π) · (x + 0.044715 x³).
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class GeGlu(ComputeDevice device)
{
    // Numbers that a group gates at once.
    private const int Piece = 1024;

    // √(2 / π).
    private const float Slope = 0.7978845608028654f;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, long> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, long>(Kernel);

    /// <summary>Gates <paramref name="rows"/> rows in place.</summary>
    /// <param name="gate">[rows, width], overwritten with the result.</param>
    /// <param name="up">[rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row (intermediate_size).</param>
    public void Launch(ArrayView<float> gate, ArrayView<float> up, int rows, int width)
    {
        long count = (long)rows * width;
        kernel(device.Grid((int)((count + Piece - 1) / Piece)), gate, up, count);
    }

    // Groups take pieces in strides of the grid, and the threads of a group the numbers of a piece in strides of the group.
    internal static void Kernel(ArrayView<float> gate, ArrayView<float> up, long count)
    {
        for (long first = (long)Grid.IdxX * Piece; first < count; first += (long)Grid.DimX * Piece)
        {
            long end = IntrinsicMath.Min(first + Piece, count);
            for (long i = first + Group.IdxX; i < end; i += Group.DimX)
            {
                float x = gate[i], u = Slope * (x + (0.044715f * x * x * x));
                gate[i] = x / (1 + XMath.Exp(-2 * u)) * up[i];
            }
        }
    }
}
