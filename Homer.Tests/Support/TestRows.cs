using Homer.Kernels.Devices;
using Homer.Kernels.Merging;
using ILGPU.Runtime;

namespace Homer.Tests.Support;

/// <summary>Rows of a chunk with random content and a copy on the host, so that a test detects every change.</summary>
internal sealed class TestRows : IDisposable
{
    private readonly ComputeDevice device;
    private readonly int capacity;

    public TestRows(ComputeDevice device, int capacity, int width, Random random)
    {
        this.device = device;
        this.capacity = capacity;
        Rows = new(device, capacity, width);
        Hidden = random.Normal(capacity * width);
        Positions = random.Below(capacity, 1 << 20);
        Tokens = random.Below(capacity, 1 << 20);
        Significance = random.Normal(capacity);
        Rows.Write(0, Tokens, Positions);
        AcceleratorStream stream = device.Accelerator.DefaultStream;
        Rows.Hidden(0, capacity).CopyFromCPU(stream, (ReadOnlySpan<float>)Hidden);
        Rows.Significance(0, capacity).CopyFromCPU(stream, (ReadOnlySpan<float>)Significance);
    }

    public ChunkRows Rows { get; }

    public float[] Hidden { get; }

    public int[] Positions { get; }

    public int[] Tokens { get; }

    public float[] Significance { get; }

    /// <summary>Reads the rows from the device.</summary>
    public (float[] Hidden, int[] Positions, int[] Tokens, float[] Significance) Read()
    {
        (int[] tokens, int[] positions) = Rows.Read(0, capacity);
        return (device.Read(Rows.Hidden(0, capacity)), positions, tokens, device.Read(Rows.Significance(0, capacity)));
    }

    public void Dispose() => Rows.Dispose();
}
