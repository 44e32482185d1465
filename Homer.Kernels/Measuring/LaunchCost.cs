using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Measuring;

// Tour: docs/kernels.md#ceilings
/// <summary>The cost of launching a kernel that does next to nothing.</summary>
/// <param name="Alone">Seconds from the launch of one kernel until the host knows that it has run.</param>
/// <param name="InSequence">Seconds that one more kernel adds where many are launched before the host waits.</param>
public sealed record LaunchCost(double Alone, double InSequence)
{
    private const int Launches = 100;
    private const int Sequences = 10;
    private const int SequenceLength = 300;

    /// <summary>Measures both costs; they are medians.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    public static LaunchCost Measure(ComputeDevice device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        Action<KernelConfig, ArrayView<float>, float, int> kernel = device.Load<ArrayView<float>, float, int>(Kernel);
        using DeviceBuffer<float> output = device.Allocate<float>(1, MemoryUse.Workspace);
        double alone = Repetitions.Measure(() => Run(1), Launches, warmups: Launches, cancellation: cancellation).Median;
        double sequence = Repetitions.Measure(() => Run(SequenceLength), Sequences, warmups: 2, cancellation: cancellation).Median;
        return new(alone, sequence / SequenceLength);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
                kernel(device.Grid(device.Accelerator.NumMultiprocessors), output.View, 1, i);
            device.Synchronize();
        }
    }

    internal static void Kernel(ArrayView<float> output, float value, int index)
    {
        if (Grid.IdxX == 0 && Group.IdxX == 0)
            output[0] = value + index;
    }
}
