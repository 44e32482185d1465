using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Measuring;

// Tour: docs/kernels.md#ceilings
/// <summary>The bandwidth at which a device reads memory: the ceiling of decoding, which reads every weight once for each token.</summary>
public static class ReadBandwidth
{
    /// <summary>An amount of memory beyond the caches of most processors, 512 MiB, which measures main memory.</summary>
    public const long MainMemory = 512L << 20;

    // Elements that a group reads at a time; all groups together read neighbouring blocks.
    private const int Block = 1 << 16;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.2);

    /// <summary>Measures reading the same <paramref name="bytes"/> over and over, by all the device's threads together.</summary>
    /// <param name="device">The device; must have this much memory left.</param>
    /// <param name="bytes">The bytes to read; an amount that fits in a cache shows the speed of that cache.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    /// <returns>Bytes per second, the best of several repetitions.</returns>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public static double Measure(ComputeDevice device, long bytes = MainMemory, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        long length = bytes / sizeof(float);
        int blocks = (int)((length + Block - 1) / Block);
        var kernel = device.Load<ArrayView<float>, ArrayView<float>, int>(Kernel);
        using DeviceBuffer<float> data = device.Allocate<float>(length, MemoryUse.Workspace);
        using DeviceBuffer<float> output = device.Allocate<float>(blocks, MemoryUse.Workspace);
        // Memory that was never written may all be one page of zeros.
        var block = new float[Block];
        Array.Fill(block, 1);
        for (long at = 0; at < length; at += Block)
            data.Write(block.AsSpan(0, (int)Math.Min(Block, length - at)), at);

        // Memory that fits in a cache is read so often that the launch itself does not count.
        int rounds = (int)Math.Clamp(MainMemory / Math.Max(1, bytes), 1, 256);
        double seconds = Repetitions.Measure(Run, 5, Enough, warmups: 2, cancellation: cancellation).Shortest;
        return (double)rounds * length * sizeof(float) / seconds;

        void Run()
        {
            for (int i = 0; i < rounds; i++)
                kernel(device.Grid(blocks), output.View, data.View, Block);
            device.Synchronize();
        }
    }

    internal static void Kernel(ArrayView<float> output, ArrayView<float> data, int block)
    {
        for (int i = Grid.IdxX; i < output.IntLength; i += Grid.DimX)
        {
            long start = (long)i * block;
            int count = (int)XMath.Min(block, data.Length - start);
            float sum = Peaks.Read(data.SubView(start, count), count);
            if (Group.IdxX == 0)
                output[i] = sum;
        }
    }
}
