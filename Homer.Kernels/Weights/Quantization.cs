// Tour: docs/kernels.md#quantization
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Weights;

/// <summary>
/// Rounds a matrix to eight bits, in blocks of 32 columns: scale = max |w| / 127, rounded up to a bfloat16; element = w / scale, rounded
/// to the nearest integer, ties to even.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Quantization(ComputeDevice device)
{
    private readonly Dictionary<WeightType, Launcher> launchers = new()
    {
        [WeightType.Float32] = Load<Float32>(device),
        [WeightType.Float16] = Load<Float16>(device),
        [WeightType.BFloat16] = Load<BFloat16>(device),
    };

    private delegate void Launcher(KernelConfig grid, WeightMatrix stored, WeightMatrix rounded);

    /// <summary>Returns the eight-bit form of a matrix; the matrix itself is left as it is.</summary>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public WeightMatrix Run(WeightMatrix stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        WeightMatrix rounded = WeightMatrix.AllocateInt8(device, stored.Rows, stored.Columns);
        launchers[stored.Type](device.Grid(stored.Rows), stored, rounded);
        return rounded;
    }

    internal static void Kernel<T>(ArrayView<T> stored, Int8Weights rounded, int rows)
        where T : unmanaged, IWeightElement
    {
        WorkRange share = WorkPartition.Of(rows);
        for (int row = share.First; row < share.End; row += share.Step)
            BlockRounding.Row(stored, rounded, row);
    }

    private static Launcher Load<T>(ComputeDevice device)
        where T : unmanaged, IWeightElement
    {
        var kernel = device.Load<ArrayView<T>, Int8Weights, int>(Kernel);
        return (grid, stored, rounded) => kernel(grid, stored.View<T>(), rounded.Int8, stored.Rows);
    }
}
