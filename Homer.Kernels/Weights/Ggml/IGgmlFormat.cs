namespace Homer.Kernels.Weights.Ggml;

/// <summary>
/// A storage type of ggml, the library behind GGUF files: rows of blocks, in which runs of elements (groups) share a scale and an offset:
/// w = scale · number + offset. Stateless: call on <c>default(TFormat)</c>. The layouts are those of ggml-common.h and ggml-quants.c in
/// https://github.com/ggml-org/ggml.
/// </summary>
internal interface IGgmlFormat
{
    /// <summary>The number of elements in a block; rows are whole blocks.</summary>
    int BlockLength { get; }

    /// <summary>The bytes of a block.</summary>
    int BlockBytes { get; }

    /// <summary>The number of neighbouring elements that share a scale and an offset.</summary>
    int GroupLength { get; }

    /// <summary>Returns the scale and offset of a group of a block.</summary>
    GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes;

    /// <summary>Returns the number of element i of a block, before scale and offset.</summary>
    int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes;
}

/// <summary>The scale and the offset that a group of elements shares.</summary>
internal struct GroupScale
{
    public float Scale, Offset;
}
