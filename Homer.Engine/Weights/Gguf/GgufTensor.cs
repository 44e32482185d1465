using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Weights.Gguf;

/// <summary>The description of a tensor in the header of a GGUF file.</summary>
public sealed class GgufTensor : FileTensor
{
    internal GgufTensor(string name, WeightType type, IReadOnlyList<long> shape, long elementCount, long offset)
        : base(name, shape, elementCount, offset) => Type = type;

    /// <summary>The form in which the elements are stored.</summary>
    public WeightType Type { get; }

    /// <inheritdoc/>
    public override string TypeName => GgmlTypes.Name(Type);

    /// <inheritdoc/>
    public override long ByteLength => Type.RowBytes(ElementCount);
}
