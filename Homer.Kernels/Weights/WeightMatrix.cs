using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.Weights;

/// <summary>The form in which the elements of a weight are stored.</summary>
public enum WeightType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16,

    /// <summary>Eight bits, with a scale for each block of 32 columns; see <see cref="Int8Weights"/>.</summary>
    Int8,

    /// <summary>Blocks of ggml's Q4_0: 4.5 bits a weight. This type and those after it are held as the blocks of their file.</summary>
    Q40,

    /// <summary>Blocks of ggml's Q4_1: 5 bits a weight.</summary>
    Q41,

    /// <summary>Blocks of ggml's Q5_0: 5.5 bits a weight.</summary>
    Q50,

    /// <summary>Blocks of ggml's Q5_1: 6 bits a weight.</summary>
    Q51,

    /// <summary>Blocks of ggml's Q8_0: 8.5 bits a weight.</summary>
    Q80,

    /// <summary>Blocks of ggml's Q2_K: 2.6 bits a weight.</summary>
    Q2K,

    /// <summary>Blocks of ggml's Q3_K: 3.4 bits a weight.</summary>
    Q3K,

    /// <summary>Blocks of ggml's Q4_K: 4.5 bits a weight.</summary>
    Q4K,

    /// <summary>Blocks of ggml's Q5_K: 5.5 bits a weight.</summary>
    Q5K,

    /// <summary>Blocks of ggml's Q6_K: 6.6 bits a weight.</summary>
    Q6K,

    /// <summary>Blocks of ggml's IQ4_NL: 4.5 bits a weight.</summary>
    Iq4Nl,

    /// <summary>Blocks of ggml's IQ4_XS: 4.25 bits a weight.</summary>
    Iq4Xs,

    /// <summary>Blocks of ggml's MXFP4: 4.25 bits a weight.</summary>
    Mxfp4,

    /// <summary>Blocks of ggml's TQ1_0: 1.7 bits a weight.</summary>
    Tq10,

    /// <summary>Blocks of ggml's TQ2_0: 2.1 bits a weight.</summary>
    Tq20,

    /// <summary>Blocks of 8-bit floats (E4M3) with a scale, from the tensors of FP8 checkpoints: 9 bits a weight.</summary>
    E4M3,
}

/// <summary>A matrix of weights [rows, columns] on a device, row-major, as it is stored in its file or rounded to eight bits.</summary>
public sealed class WeightMatrix : IDisposable
{
    private readonly IDisposable buffer;
    private readonly DeviceBuffer<BFloat16>? scales;

    private WeightMatrix(IDisposable buffer, DeviceBuffer<BFloat16>? scales, WeightType type, int rows, int columns)
    {
        this.buffer = buffer;
        this.scales = scales;
        Type = type;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>The form in which the elements are stored.</summary>
    public WeightType Type { get; }

    /// <summary>Output features.</summary>
    public int Rows { get; }

    /// <summary>Input features.</summary>
    public int Columns { get; }

    /// <summary>Makes a stored matrix available to kernels: in place on the CPU, copied elsewhere.</summary>
    /// <param name="device">The device.</param>
    /// <param name="type">The form in which the elements are stored.</param>
    /// <param name="data">The first element, which must outlive the matrix.</param>
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
            _ when type.IsGgml() => device.Map((byte*)data, rows * type.RowBytes(columns), MemoryUse.Weights),
            _ => device.Map((BFloat16*)data, length, MemoryUse.Weights),
        };
        return new(buffer, null, type, rows, columns);
    }

    /// <summary>Returns the bytes of device memory that a matrix of eight-bit weights takes.</summary>
    public static long Int8BytesFor(long rows, int columns)
    {
        long blocks = rows * Int8Weights.Blocks(columns);
        return ComputeDevice.BytesFor<sbyte>(blocks * Int8Weights.Block) + ComputeDevice.BytesFor<BFloat16>(blocks);
    }

    /// <summary>Allocates a matrix of eight-bit weights of undefined content.</summary>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    internal static WeightMatrix AllocateInt8(ComputeDevice device, int rows, int columns)
    {
        long blocks = (long)rows * Int8Weights.Blocks(columns);
        DeviceBuffer<sbyte> elements = device.Allocate<sbyte>(blocks * Int8Weights.Block, MemoryUse.Weights);
        try
        {
            return new(elements, device.Allocate<BFloat16>(blocks, MemoryUse.Weights), WeightType.Int8, rows, columns);
        }
        catch
        {
            elements.Dispose();
            throw;
        }
    }

    /// <summary>The weights of a matrix whose <see cref="Type"/> is <see cref="WeightType.Int8"/>.</summary>
    public Int8Weights Int8 => new(((DeviceBuffer<sbyte>)buffer).View, scales!.View, Columns);

    /// <summary>Returns the elements, for a kernel that was compiled for their type.</summary>
    /// <typeparam name="T">The element type that <see cref="Type"/> names.</typeparam>
    public ArrayView<T> View<T>()
        where T : unmanaged, IWeightElement => ((DeviceBuffer<T>)buffer).View;

    /// <summary>Returns the elements as rows for a GEMV.</summary>
    internal StoredWeights<T> AsStored<T>()
        where T : unmanaged, IPackedElement => new(View<T>());

    /// <summary>Returns the weights of a matrix of blocks.</summary>
    /// <typeparam name="TFormat">The format that <see cref="Type"/> names.</typeparam>
    internal GgmlWeights<TFormat> AsGgml<TFormat>()
        where TFormat : unmanaged, IGgmlFormat => new(((DeviceBuffer<byte>)buffer).View, Columns);

    /// <summary>The address of the first element in the device's memory.</summary>
    internal long Address => Type switch
    {
        WeightType.Float32 => AddressOf<Float32>(),
        WeightType.Float16 => AddressOf<Float16>(),
        WeightType.BFloat16 => AddressOf<BFloat16>(),
        WeightType.Int8 => DeviceAddress.Of(Int8.Elements),
        _ => DeviceAddress.Of(((DeviceBuffer<byte>)buffer).View),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        buffer.Dispose();
        scales?.Dispose();
    }

    private long AddressOf<T>()
        where T : unmanaged, IWeightElement => DeviceAddress.Of(View<T>());
}
