using System.Collections.ObjectModel;
using Homer.Engine.Checks;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>
/// A safetensors file, memory-mapped and read without copying. Everything the header says is checked when the file is opened, so that
/// every tensor lies inside the file. The file must not be truncated while it is open; replacing it, as <see cref="SafetensorsWriter"/>
/// does, is safe.
/// </summary>
/// <remarks>
/// The format does not align tensors to the size of their elements. x64 and Arm64 processors read unaligned elements, so that pointers
/// and spans work for every file; only code that asks for aligned vectors must look at <see cref="FileTensor.Offset"/>.
/// Multi-byte elements are little-endian, as those processors are. Reading is safe from several threads, but not during
/// <see cref="Dispose"/>.
/// </remarks>
public sealed unsafe class SafetensorsFile : ITensorFile
{
    private readonly FileMapping mapping;

    private SafetensorsFile(
        string path, FileMapping mapping, IReadOnlyDictionary<string, string>? metadata,
        IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        Path = path;
        this.mapping = mapping;
        Metadata = metadata ?? ReadOnlyDictionary<string, string>.Empty;
        Tensors = tensors;
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Whether no file stands behind the tensors.</summary>
    bool ITensorFile.IsInMemory => mapping.IsInMemory;

    /// <summary>The texts stored beside the tensors, by name; empty if the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="HomerException">The file has no such tensor.</exception>
    public SafetensorsTensor this[string name] => Tensors.TryGetValue(NotNull.Of(name), out SafetensorsTensor? tensor)
        ? tensor
        : throw new HomerException(
            $"Tensor {Quoted.Text(name)} is not in '{Path}', which has {Tensors.Count} others; give a file that was written with it.");

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="HomerException">The file is missing, unreadable or not valid safetensors.</exception>
    public static SafetensorsFile Open(string path)
    {
        path = FileTrouble.FullPath(path);
        FileMapping mapping = FileMapping.Open(path);
        try
        {
            SafetensorsHeader header = new(path, mapping);
            return new SafetensorsFile(path, mapping, header.Metadata, header.Tensors);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>Creates tensors in memory that behave like those of a file.</summary>
    /// <param name="name">The name that messages use in place of a path.</param>
    /// <param name="type">The element type of all of them.</param>
    /// <param name="shapes">Their names and shapes.</param>
    /// <param name="fill">Fills each tensor; it gets the tensor and the address of its first element.</param>
    internal static SafetensorsFile InMemory(
        string name, SafetensorsType type, IEnumerable<(string Name, long[] Shape)> shapes, Action<SafetensorsTensor, nint> fill)
    {
        // As in most files, the data begin at a multiple of 8 bytes, and of nothing more.
        long offset = 8;
        List<SafetensorsTensor> tensors = [];
        foreach ((string tensor, long[] shape) in shapes)
        {
            TensorSize.TryCount(type, shape, out long elements, out long bytes);
            tensors.Add(new(tensor, type, shape, elements, offset));
            offset += bytes;
        }

        FileMapping mapping = FileMapping.InMemory(offset);
        tensors.ForEach(tensor => fill(tensor, (nint)(mapping.Start + tensor.Offset)));
        return new(name, mapping, null, tensors.ToDictionary(tensor => tensor.Name));
    }

    /// <summary>Returns the address of a tensor's first byte; valid until <see cref="Dispose"/>.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <exception cref="ArgumentException">The tensor belongs to another file.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    public byte* Pointer(SafetensorsTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Tensors.GetValueOrDefault(tensor.Name) != tensor)
            throw new ArgumentException($"Tensor {Quoted.Text(tensor.Name)} is not of '{Path}'.", nameof(tensor));
        return mapping.Start + tensor.Offset;
    }

    /// <inheritdoc/>
    byte* ITensorFile.Pointer(FileTensor tensor) => Pointer((SafetensorsTensor)tensor);

    /// <summary>Returns the elements of a tensor without copying them; the span is valid until <see cref="Dispose"/>.</summary>
    /// <typeparam name="T">The C# type of the elements: <see cref="float"/> for F32, <see cref="Half"/> for F16, and so on;
    /// <see cref="ushort"/> for the raw bits of BF16, <see cref="byte"/> for those of BOOL and the 8-bit floats.</typeparam>
    /// <exception cref="HomerException">The tensor is missing, of another type, or has more elements than a span can hold.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    public ReadOnlySpan<T> Span<T>(string name)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        SafetensorsTensor tensor = this[name];
        IReadOnlyList<SafetensorsType> expected = SafetensorsTypes.HeldBy<T>();
        if (!expected.Contains(tensor.Type))
        {
            string names = string.Join(" or ", expected.Select(type => type.Name()));
            throw new HomerException($"Tensor {Quoted.Text(name)} in '{Path}' has type {tensor.Type.Name()} but must have type {names}.");
        }

        if (tensor.ElementCount > Array.MaxLength)
        {
            throw new HomerException(
                $"Tensor {Quoted.Text(name)} in '{Path}' has {tensor.ElementCount} elements but must have at most {Array.MaxLength}.");
        }

        return new ReadOnlySpan<T>(Pointer(tensor), (int)tensor.ElementCount);
    }

    /// <summary>Returns a copy of the elements of a tensor; types and errors are those of <see cref="Span{T}"/>.</summary>
    public T[] ReadArray<T>(string name)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(name);
        return Span<T>(name).ToArray();
    }

    /// <summary>Unmaps the file; all pointers and spans into it become invalid.</summary>
    public void Dispose() => mapping.Dispose();
}
