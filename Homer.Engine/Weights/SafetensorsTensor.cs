namespace Homer.Engine.Weights;

/// <summary>The description of a tensor in the header of a safetensors file.</summary>
public sealed class SafetensorsTensor
{
    internal SafetensorsTensor(string name, SafetensorsType type, IReadOnlyList<long> shape, long elementCount, long offset)
    {
        Name = name;
        Type = type;
        Shape = shape;
        ElementCount = elementCount;
        Offset = offset;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar, which has one element.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>The byte of the file at which the first element begins; not always a multiple of the element size.</summary>
    public long Offset { get; }

    /// <summary>The size of all elements in bytes.</summary>
    public long ByteLength => ElementCount * Type.Size();
}
