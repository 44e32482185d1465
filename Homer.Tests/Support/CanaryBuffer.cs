using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Tests.Support;

/// <summary>
/// Device memory between two guards that no kernel may touch. The odd length of the guard also leaves the memory unaligned to vectors, unless it is to be aligned.
/// </summary>
internal sealed class CanaryBuffer<T> : IDisposable
    where T : unmanaged, IEquatable<T>
{
    private const int OddGuard = 37;
    private const int AlignedGuard = 64;

    // What unwritten elements hold: 1.5e16 as a float, no plausible result.
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

    public ArrayView<T> View => buffer.View.SubView(guard, length);

    /// <summary>The memory between the guards; fails if a guard was written to.</summary>
    public T[] Read()
    {
        T[] all = buffer.Read();
        Assert.All(all[..guard], element => Assert.Equal(Mark, element));
        Assert.All(all[^guard..], element => Assert.Equal(Mark, element));
        return all[guard..^guard];
    }

    public void Dispose() => buffer.Dispose();
}
