using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#rowsum-and-scaling
/// <summary>
/// Adds rows to rows, y = y + a · x: the bias of a projection, where x is one row for all rows of y, and the residual branch of families
/// that normalize or scale a branch's output before they add it.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class RowSum(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, int, int, int, float> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, int, int, int, float>(Kernel);

    /// <summary>Adds a row to each of <paramref name="rows"/> rows.</summary>
    /// <param name="y">[rows, width], overwritten with the sums.</param>
    /// <param name="bias">[width].</param>
    /// <param name="rows">The number of rows of y.</param>
    public void LaunchBias(ArrayView<float> y, ArrayView<float> bias, int rows) =>
        kernel(device.Grid(rows), y, bias, rows, (int)bias.Length, 0, 1);

    /// <summary>Adds <paramref name="rows"/> rows to as many.</summary>
    /// <param name="y">[rows, width], overwritten with the sums.</param>
    /// <param name="x">[rows, width].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="scale">a.</param>
    public void Launch(ArrayView<float> y, ArrayView<float> x, int rows, int width, float scale = 1) =>
        kernel(device.Grid(rows), y, x, rows, width, width, scale);

    // One group processes one row at a time: row r of y, and the elements of x from r · stride on.
    internal static void Kernel(ArrayView<float> y, ArrayView<float> x, int rows, int width, int stride, float scale)
    {
        WorkRange share = WorkPartition.Of(rows);
        for (int r = share.First; r < share.End; r += share.Step)
        {
            RowMath.Blend(
                y.SubView((long)r * width, width).Cast<Float32>(), x.SubView((long)r * stride, width).Cast<Float32>(), 1, scale, width);
        }
    }
}
