using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Tensors;

/// <summary>How the elements of a weight are stored.</summary>
public enum WeightType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16,
}

/// <summary>A matrix of weights on a device, as it is stored in its file: row-major [rows, columns].</summary>
public sealed class WeightMatrix : IDisposable
{
    private readonly IDisposable buffer;

    private WeightMatrix(IDisposable buffer, WeightType type, int rows, int columns)
    {
        this.buffer = buffer;
        Type = type;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>How the elements are stored.</summary>
    public WeightType Type { get; }

    /// <summary>Output features.</summary>
    public int Rows { get; }

    /// <summary>Input features.</summary>
    public int Columns { get; }

    /// <summary>Makes a stored matrix visible to kernels: in place on the CPU, copied elsewhere.</summary>
    /// <param name="device">The device.</param>
    /// <param name="type">How the elements are stored.</param>
    /// <param name="data">The first element; must outlive the matrix.</param>
    /// <param name="rows">Output features.</param>
    /// <param name="columns">Input features.</param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static unsafe WeightMatrix Map(ComputeDevice device, WeightType type, void* data, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(device);
        long length = (long)rows * columns;
        IDisposable buffer = type switch
        {
            WeightType.Float32 => device.Map((Float32*)data, length, MemoryUse.Weights),
            WeightType.Float16 => device.Map((Float16*)data, length, MemoryUse.Weights),
            _ => device.Map((BFloat16*)data, length, MemoryUse.Weights),
        };
        return new(buffer, type, rows, columns);
    }

    /// <summary>The elements, for the kernel that was compiled for their type.</summary>
    /// <typeparam name="T">The element type that <see cref="Type"/> names.</typeparam>
    public ArrayView<T> View<T>()
        where T : unmanaged, IWeightElement => ((DeviceBuffer<T>)buffer).View;

    /// <summary>Where the first element lies in the device's memory.</summary>
    internal long Address => Type switch
    {
        WeightType.Float32 => AddressOf<Float32>(),
        WeightType.Float16 => AddressOf<Float16>(),
        _ => AddressOf<BFloat16>(),
    };

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    private long AddressOf<T>()
        where T : unmanaged, IWeightElement => DeviceAddress.Of(View<T>());
}
