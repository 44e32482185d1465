using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Tests.Support;

/// <summary>
/// Device memory between two guards that no kernel may touch. The odd length of the guard also leaves the memory unaligned to vectors.
/// </summary>
internal sealed class Guarded<T> : IDisposable
    where T : unmanaged, IEquatable<T>
{
    private const int Guard = 37;

    // What unwritten elements hold: 1.5e16 as a float, no plausible result.
    private static readonly T Mark = MemoryMarshal.Read<T>([0x5a, 0x5a, 0x5a, 0x5a]);

    private readonly DeviceBuffer<T> buffer;
    private readonly int length;

    public Guarded(ComputeDevice device, int length)
    {
        this.length = length;
        var initial = new T[length + (2 * Guard)];
        Array.Fill(initial, Mark);
        buffer = device.Upload<T>(initial, MemoryUse.Workspace);
    }

    public Guarded(ComputeDevice device, ReadOnlySpan<T> values)
        : this(device, values.Length) => buffer.Write(values, Guard);

    public ArrayView<T> View => buffer.View.SubView(Guard, length);

    /// <summary>The memory between the guards; fails if a guard was written to.</summary>
    public T[] Read()
    {
        T[] all = buffer.Read();
        Assert.All(all[..Guard], element => Assert.Equal(Mark, element));
        Assert.All(all[^Guard..], element => Assert.Equal(Mark, element));
        return all[Guard..^Guard];
    }

    public void Dispose() => buffer.Dispose();
}
