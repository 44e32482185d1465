using System.Runtime.Intrinsics;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Measuring;

// Tour: docs/kernels.md#ceilings
/// <summary>The peak rate of 32-bit multiply-adds of a device: the ceiling of matrix products and attention.</summary>
public static class FmaPeak
{
    private const int Rounds = 1 << 16;
    private const int Repeats = 20;

    // Enough groups to fill each multiprocessor of a GPU; on the CPU, several items for every thread.
    private const int ItemsPerMultiprocessor = 16;

    /// <summary>
    /// The widths in bits of the vectors that can be measured on a device, widest last; 32 on a GPU, where threads take the place of
    /// vectors.
    /// </summary>
    public static IReadOnlyList<int> Widths(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.GroupSize > 1)
            return [32];
        return Vector512.IsHardwareAccelerated ? [256, 512] : [256];
    }

    /// <summary>Measures the peak of all the device's threads together.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bits">One of <see cref="Widths"/>.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    /// <returns>
    /// Floating-point operations per second, a multiplication and an addition being two; the best of several repetitions.
    /// </returns>
    public static double Measure(ComputeDevice device, int bits, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        int items = device.Accelerator.NumMultiprocessors * ItemsPerMultiprocessor;
        var kernel = device.Load<ArrayView<float>, float, float, int, int>(Kernel);
        using DeviceBuffer<float> output = device.Allocate<float>(items, MemoryUse.Workspace);
        double flop = 2.0 * items * device.GroupSize * (bits / 32) * Peaks.Chains * Rounds;
        return flop / Repetitions.Measure(Run, Repeats, warmups: 2, cancellation: cancellation).Shortest;

        void Run()
        {
            // A fixed point near 1 keeps the chains clear of infinities and subnormal numbers.
            kernel(device.Grid(items), output.View, 0.5f, 0.5f, Rounds, bits);
            device.Synchronize();
        }
    }

    internal static void Kernel(ArrayView<float> output, float factor, float summand, int rounds, int bits)
    {
        for (int i = Grid.IdxX; i < output.IntLength; i += Grid.DimX)
        {
            float sum = Peaks.MultiplyAdd(factor, summand, rounds, bits);
            if (Group.IdxX == 0)
                output[i] = sum;
        }
    }
}
