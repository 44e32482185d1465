namespace Homer.Engine.Weights;

/// <summary>The description of a tensor in the header of a file, in whatever format.</summary>
public abstract class FileTensor
{
    private protected FileTensor(string name, IReadOnlyList<long> shape, long elementCount, long offset)
    {
        Name = name;
        Shape = shape;
        ElementCount = elementCount;
        Offset = offset;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar, which has one element.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The number of elements: the product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>The byte of the file at which the first element begins; not always a multiple of the element size.</summary>
    public long Offset { get; }

    /// <summary>The name of the type in which the elements are stored, as files call it.</summary>
    public abstract string TypeName { get; }

    /// <summary>The size of all elements in bytes.</summary>
    public abstract long ByteLength { get; }
}

/// <summary>A file that holds tensors and is mapped into memory.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The absolute path of the file.</summary>
    string Path { get; }

    /// <summary>Whether no file stands behind it.</summary>
    internal bool IsInMemory => false;

    /// <summary>Returns the address of the first byte of a tensor of this file; valid until the file is disposed of.</summary>
    unsafe byte* Pointer(FileTensor tensor);
}
