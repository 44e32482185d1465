using System.Runtime.InteropServices;

namespace Homer.Engine.Weights;

/// <summary>A tensor to be written: its description, and the function that writes its bytes.</summary>
public sealed class SafetensorsPart
{
    private const int ElementsAtOnce = 1 << 20;

    /// <summary>Describes a tensor whose bytes are produced piece by piece.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a scalar.</param>
    /// <param name="write">Writes exactly <see cref="ByteLength"/> bytes, little-endian, and leaves the stream open.</param>
    /// <exception cref="ArgumentException">The name is reserved, or the shape is negative or larger than can be counted.</exception>
    public SafetensorsPart(string name, SafetensorsType type, IReadOnlyList<long> shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(write);
        if (name == SafetensorsHeader.MetadataName) throw new ArgumentException($"'{name}' is reserved by the format.", nameof(name));
        if (!TensorSize.TryCount(type, shape, out _, out long bytes))
            throw new ArgumentException($"The shape of tensor '{name}' is negative or too large.", nameof(shape));
        Name = name;
        Type = type;
        Shape = [.. shape];
        ByteLength = bytes;
        Write = write;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of bytes that will be written.</summary>
    public long ByteLength { get; }

    /// <summary>The function that writes the bytes.</summary>
    internal Action<Stream> Write { get; }

    /// <summary>Creates a tensor from an array: float becomes F32, int I32, <see cref="Half"/> F16, and so on.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="values">The elements, the last dimension varying fastest; read when the file is written.</param>
    /// <param name="shape">The dimensions, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentException">The shape does not hold as many elements as there are values.</exception>
    public static SafetensorsPart Create<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        SafetensorsType type = SafetensorsTypes.HeldBy<T>()[0];
        SafetensorsPart part = new(name, type, shape, stream => WriteArray(stream, values));
        return part.ByteLength == (long)values.Length * type.Size()
            ? part
            : throw new ArgumentException($"Tensor '{name}' has {values.Length} values, which its shape does not hold.", nameof(shape));
    }

    private static void WriteArray<T>(Stream stream, T[] values)
        where T : unmanaged
    {
        // In pieces, because the bytes of all values may be more than a span can hold.
        for (int start = 0; start < values.Length; start += ElementsAtOnce)
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(ElementsAtOnce, values.Length - start))));
    }
}
