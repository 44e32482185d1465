using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Weights;

/// <summary>
/// Rounds a matrix to eight bits, in blocks of 32 columns: scale = max |w| / 127, rounded up to a bfloat16; element = w / scale, rounded to
/// the nearest integer, ties to even.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Quantization(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<Float32>, Int8Weights, int> float32 = device.Load<ArrayView<Float32>, Int8Weights, int>(Kernel);
    private readonly Action<KernelConfig, ArrayView<Float16>, Int8Weights, int> float16 = device.Load<ArrayView<Float16>, Int8Weights, int>(Kernel);
    private readonly Action<KernelConfig, ArrayView<BFloat16>, Int8Weights, int> bfloat16 = device.Load<ArrayView<BFloat16>, Int8Weights, int>(Kernel);

    /// <summary>Makes the eight-bit form of a matrix; the matrix itself is left as it is.</summary>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public WeightMatrix Run(WeightMatrix stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        WeightMatrix rounded = WeightMatrix.AllocateInt8(device, stored.Rows, stored.Columns);
        KernelConfig grid = device.Grid(stored.Rows);
        switch (stored.Type)
        {
            case WeightType.Float32: float32(grid, stored.View<Float32>(), rounded.Int8, stored.Rows); break;
            case WeightType.Float16: float16(grid, stored.View<Float16>(), rounded.Int8, stored.Rows); break;
            default: bfloat16(grid, stored.View<BFloat16>(), rounded.Int8, stored.Rows); break;
        }

        return rounded;
    }

    internal static void Kernel<T>(ArrayView<T> stored, Int8Weights rounded, int rows)
        where T : unmanaged, IWeightElement
    {
        WorkRange share = WorkPartition.Of(rows);
        for (int row = share.First; row < share.End; row += share.Step)
            BlockRounding.Row(stored, rounded, row);
    }
}
