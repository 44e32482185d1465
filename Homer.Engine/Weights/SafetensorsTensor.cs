namespace Homer.Engine.Weights;

/// <summary>The description of a tensor in the header of a safetensors file.</summary>
public sealed class SafetensorsTensor : FileTensor
{
    internal SafetensorsTensor(string name, SafetensorsType type, IReadOnlyList<long> shape, long elementCount, long offset)
        : base(name, shape, elementCount, offset) => Type = type;

    /// <summary>The element type.</summary>
    public SafetensorsType Type { get; }

    /// <inheritdoc/>
    public override string TypeName => Type.Name();

    /// <inheritdoc/>
    public override long ByteLength => ElementCount * Type.Size();
}
