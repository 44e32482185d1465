using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>The gate of the MLP: gate = silu(gate) · up, where silu(x) = x / (1 + e⁻ˣ) (Shazeer 2020, arXiv 2002.05202).</summary>
/// <remarks>Elements are shared out in pieces, not in rows: of one token, too, every group takes a part.</remarks>
/// <param name="device">The device to run on.</param>
public sealed class SwiGlu(ComputeDevice device)
{
    private const int Piece = 256;

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, long> kernel = device.Load<ArrayView<float>, ArrayView<float>, long>(Kernel);

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

    internal static void Kernel(ArrayView<float> gate, ArrayView<float> up, long count)
    {
        ItemShare share = Sharing.Of((int)((count + Piece - 1) / Piece));
        for (int piece = share.First; piece < share.End; piece += share.Step)
        {
            long start = (long)piece * Piece;
            int n = (int)IntrinsicMath.Min(Piece, count - start);
            Rows.SiluMultiply(gate.SubView(start, n), up.SubView(start, n), n);
        }
    }
}
