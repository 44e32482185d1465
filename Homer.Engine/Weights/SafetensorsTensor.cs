namespace Homer.Engine.Weights;

/// <summary>What the header of a safetensors file says about one tensor.</summary>
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

    /// <summary>The product of the dimensions; 0 if one of them is 0.</summary>
    public long ElementCount { get; }

    /// <summary>Where the first element lies, in bytes from the beginning of the file; it need not be a multiple of their size.</summary>
    public long Offset { get; }

    /// <summary>The size of all elements in bytes.</summary>
    public long ByteLength => ElementCount * Type.Size();
}
