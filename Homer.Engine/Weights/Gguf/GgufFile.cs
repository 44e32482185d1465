using System.Numerics;
using Homer.Engine.Files;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Weights.Gguf;

/// <summary>
/// A GGUF file, memory-mapped: metadata by key, and tensors (format: docs/gguf.md of https://github.com/ggml-org/ggml). Everything the
/// header says is checked when the file is opened, so that every tensor lies inside the file and none overlaps another. The metadata stays
/// where it is until it is asked for, so that opening takes little memory whatever the header claims.
/// </summary>
internal sealed unsafe class GgufFile : ITensorFile
{
    private const uint Magic = 0x46554747;
    private const uint OldestVersion = 2;
    private const uint NewestVersion = 3;
    private const int MostKeys = 100_000;
    private const int MostTensors = 100_000;
    private const int MostDimensions = 4;
    private const string AlignmentKey = "general.alignment";
    private const int DefaultAlignment = 32;

    // The length of a name, the type and one byte; the length of a name, the dimensions' number, the type and the offset.
    private const int FewestKeyBytes = 13;
    private const int FewestTensorBytes = 24;

    private readonly FileMapping mapping;
    private readonly Dictionary<string, GgufTensor> tensors = [];

    private GgufFile(string path, FileMapping mapping)
    {
        Path = path;
        this.mapping = mapping;
        var cursor = new GgufCursor(path, mapping);
        if (mapping.Length < sizeof(uint) || cursor.UInt32() != Magic)
        {
            throw new HomerException(
                $"'{path}' is not a GGUF file: it does not begin with GGUF; download it again, or give a model folder.");
        }

        RequireVersion(cursor.UInt32());
        long tensorCount = cursor.Count("tensors", FewestTensorBytes, MostTensors);
        long keyCount = cursor.Count("keys", FewestKeyBytes, MostKeys);
        Keys = ReadKeys(cursor, keyCount);
        ReadTensors(cursor, tensorCount);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The metadata.</summary>
    public GgufKeys Keys { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => tensors;

    /// <summary>Maps a file and checks its header.</summary>
    /// <exception cref="HomerException">The file is missing, unreadable or not valid GGUF.</exception>
    public static GgufFile Open(string path)
    {
        path = FileTrouble.FullPath(path);
        FileMapping mapping = FileMapping.Open(path);
        try
        {
            return new(path, mapping);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public byte* Pointer(FileTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensors.GetValueOrDefault(tensor.Name) == tensor
            ? mapping.Start + tensor.Offset
            : throw new ArgumentException($"Tensor {Quoted.Text(tensor.Name)} is not of '{Path}'.", nameof(tensor));
    }

    /// <inheritdoc/>
    public void Dispose() => mapping.Dispose();

    private void RequireVersion(uint version)
    {
        if (version is >= OldestVersion and <= NewestVersion)
            return;
        throw new HomerException((version & 0xffff) == 0
            ? $"'{Path}' is a GGUF file in the other byte order (big-endian), which Homer does not read; download the little-endian one."
            : $"'{Path}' is a GGUF file of version {version}; Homer reads versions {OldestVersion} and {NewestVersion}, "
            + "so take a newer copy of the model or a newer Homer.");
    }

    private GgufKeys ReadKeys(GgufCursor cursor, long count)
    {
        Dictionary<string, GgufValue> values = [];
        for (long i = 0; i < count; i++)
        {
            string key = cursor.Name("a key");
            if (!values.TryAdd(key, cursor.Value(key)))
                throw cursor.Invalid($"its key {Quoted.Text(key)} is there twice");
        }

        return new(Path, mapping, values);
    }

    private void ReadTensors(GgufCursor cursor, long count)
    {
        List<Entry> entries = [];
        for (long i = 0; i < count; i++)
        {
            string name = cursor.Name("a tensor");
            uint rank = cursor.UInt32();
            if (rank > MostDimensions)
                throw cursor.Invalid($"tensor {Quoted.Text(name)} has {rank} dimensions, more than the {MostDimensions} that GGUF allows");
            var shape = new ulong[rank];
            // The file has the innermost dimension first.
            for (int d = (int)rank - 1; d >= 0; d--)
                shape[d] = cursor.UInt64();
            entries.Add(new(name, shape, cursor.UInt32(), cursor.UInt64()));
        }

        long alignment = Alignment(), start = (cursor.Position + alignment - 1) / alignment * alignment;
        foreach (Entry entry in entries)
        {
            if (!tensors.TryAdd(entry.Name, Check(entry, start, alignment, cursor)))
                throw cursor.Invalid($"its tensor {Quoted.Text(entry.Name)} is there twice");
        }

        RefuseOverlap(cursor);
    }

    private long Alignment()
    {
        long alignment = Keys.Integer(AlignmentKey) ?? DefaultAlignment;
        return alignment is > 0 and <= int.MaxValue && BitOperations.IsPow2(alignment)
            ? alignment
            : throw Keys.Invalid(AlignmentKey, $"is {alignment}, not a power of two that data could be aligned to");
    }

    private GgufTensor Check(Entry entry, long dataStart, long alignment, GgufCursor cursor)
    {
        string tensor = $"tensor {Quoted.Text(entry.Name)}";
        if (!GgmlTypes.TryFind(entry.Type, out WeightType type))
        {
            string meaning = GgmlTypes.NameOfOther(entry.Type) is { } name ? $" ({name})" : "";
            throw new HomerException(
                $"'{Path}': {tensor} is of storage type {entry.Type}{meaning}, which Homer does not read; take a file of "
                + $"{GgmlTypes.AllNames}.");
        }

        long[] shape = new long[entry.Shape.Length];
        Int128 elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            // Dimensions and their products up to 2⁶³ − 1, so that no later sum wraps either.
            elements = entry.Shape[i] > long.MaxValue ? -1 : elements * (long)entry.Shape[i];
            if (elements < 0 || elements > long.MaxValue / sizeof(float))
                throw cursor.Invalid($"{tensor} claims more elements than can be counted");
            shape[i] = (long)entry.Shape[i];
        }

        long row = shape is [.., long last] ? last : 1;
        if (row % type.BlockLength() != 0)
        {
            throw cursor.Invalid(
                $"rows of {tensor} have {row} elements, which are no whole blocks of {GgmlTypes.Name(type)}, {type.BlockLength()} each");
        }

        long bytes = type.RowBytes((long)elements), left = Math.Max(0, mapping.Length - dataStart);
        if (entry.Offset % (ulong)alignment != 0)
            throw cursor.Invalid($"{tensor} begins at byte {entry.Offset} of the data, which is no multiple of its alignment, {alignment}");
        if (entry.Offset > (ulong)left || bytes > left - (long)entry.Offset)
        {
            throw new HomerException(
                $"'{Path}' ends before its {tensor} does: it has {left} bytes of data, and {(UInt128)entry.Offset + (UInt128)bytes} are "
                + "needed; the download is incomplete, so fetch it again.");
        }

        return new(entry.Name, type, shape, (long)elements, dataStart + (long)entry.Offset);
    }

    private void RefuseOverlap(GgufCursor cursor)
    {
        GgufTensor? before = null;
        foreach (GgufTensor tensor in tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            if (before is not null && tensor.Offset < before.Offset + before.ByteLength)
                throw cursor.Invalid($"tensors {Quoted.Text(before.Name)} and {Quoted.Text(tensor.Name)} lie on the same bytes");
            before = tensor;
        }
    }

    /// <summary>A tensor as the file describes it, not checked yet; the shape has the outermost dimension first.</summary>
    private readonly record struct Entry(string Name, ulong[] Shape, uint Type, ulong Offset);
}
