using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Tests.Support;

/// <summary>
/// Device memory between two guards (canaries) that no kernel may write to. Unless the memory is to be aligned, the guards have an odd
/// length, so that it is not aligned to vectors.
/// </summary>
internal sealed class CanaryBuffer<T> : IDisposable
    where T : unmanaged, IEquatable<T>
{
    private const int OddGuard = 37;
    private const int AlignedGuard = 64;

    // The content of unwritten elements: 1.5e16 as a float, which no result is.
    private static readonly T Mark = MemoryMarshal.Read<T>([0x5a, 0x5a, 0x5a, 0x5a]);

    private readonly DeviceBuffer<T> buffer;
    private readonly int length;
    private readonly int guard;

    public CanaryBuffer(ComputeDevice device, int length, bool aligned = false)
    {
        this.length = length;
        guard = aligned ? AlignedGuard : OddGuard;
        var initial = new T[length + (2 * guard)];
        Array.Fill(initial, Mark);
        buffer = device.Upload<T>(initial, MemoryUse.Workspace);
    }

    public CanaryBuffer(ComputeDevice device, ReadOnlySpan<T> values, bool aligned = false)
        : this(device, values.Length, aligned) => buffer.Write(values, guard);

    /// <summary>The memory between the guards.</summary>
    public ArrayView<T> View => buffer.View.SubView(guard, length);

    /// <summary>Reads the memory between the guards; fails if a guard was written to.</summary>
    public T[] Read()
    {
        T[] all = buffer.Read();
        Assert.All(all[..guard], element => Assert.Equal(Mark, element));
        Assert.All(all[^guard..], element => Assert.Equal(Mark, element));
        return all[guard..^guard];
    }

    public void Dispose() => buffer.Dispose();
}
