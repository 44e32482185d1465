using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>
/// The header of a safetensors file: 8 bytes of length N (little-endian), then N bytes of JSON, then the data, in which the tensors lie
/// without gap or overlap; format: https://huggingface.co/docs/safetensors.
/// </summary>
/// <remarks>
/// The JSON is read in place, token by token, so that a header of the largest size takes little memory besides its names.
/// </remarks>
internal sealed unsafe class SafetensorsHeader
{
    internal const int LengthBytes = 8;
    internal const string MetadataName = "__metadata__";
    private const int MaxBytes = 100_000_000;

    // Ten times those of the largest models, in one file.
    private const int MaxTensors = 1_000_000;

    private readonly string path;
    private readonly long dataStart;
    private readonly long dataLength;

    /// <summary>Reads the header of a mapped file and checks it.</summary>
    /// <exception cref="HomerException">The header is not valid, or does not fit the length of the file.</exception>
    internal SafetensorsHeader(string path, FileMapping file)
    {
        this.path = path;
        RefuseForeign(file);
        if (file.Length < LengthBytes) throw Invalid($"it has only {file.Length} bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(file.Start, LengthBytes));
        if (length > MaxBytes) throw Invalid($"its header claims {length} bytes, more than the limit of {MaxBytes}");
        dataStart = LengthBytes + (long)length;
        dataLength = file.Length - dataStart;
        if (dataLength < 0) throw Invalid($"its header claims {length} bytes, more than the file has");

        var json = new ReadOnlySpan<byte>(file.Start + LengthBytes, (int)length);
        if (json is not [(byte)'{', ..]) throw Invalid("its header does not begin with '{'");
        if (!Utf8.IsValid(json)) throw Invalid("its header is not UTF-8");
        try
        {
            ReadMembers(json);
        }
        catch (JsonException e)
        {
            throw Invalid($"its header is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }
        catch (InvalidOperationException)
        {
            // The reader has no other way to say that a string escapes half of a surrogate pair.
            throw Invalid("its header has a string that is not Unicode text");
        }

        CheckLayout();
    }

    internal Dictionary<string, string>? Metadata { get; private set; }

    internal Dictionary<string, SafetensorsTensor> Tensors { get; } = [];

    private void RefuseForeign(FileMapping file)
    {
        var head = new ReadOnlySpan<byte>(file.Start, (int)Math.Min(file.Length, ForeignFile.HeadBytes));
        bool mayBeRight = head.Length > LengthBytes && head[LengthBytes] == (byte)'{';
        if (!mayBeRight && ForeignFile.AsModelFile(head) is { } foreign)
            throw new HomerException($"'{path}' is not a valid safetensors file: it is {foreign.What}; {foreign.Remedy}.");
    }

    private void ReadMembers(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            bool isNew;
            if (name == MetadataName)
            {
                isNew = Metadata is null;
                Metadata = ReadMetadata(ref reader);
            }
            else
            {
                if (Tensors.Count == MaxTensors) throw Invalid($"it has more than {MaxTensors} tensors, the most that Homer reads");
                isNew = Tensors.TryAdd(name, ReadTensor(name, ref reader));
            }

            if (!isNew) throw Invalid($"{Quoted.Text(name)} is in its header twice");
        }

        // Anything after the object is an error.
        reader.Read();
    }

    private Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Invalid($"{MetadataName} is not an object");
        Dictionary<string, string> texts = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) throw Invalid($"{Quoted.Text(name)} in {MetadataName} is not a string");
            if (!texts.TryAdd(name, reader.GetString()!)) throw Invalid($"{Quoted.Text(name)} is in {MetadataName} twice");
        }

        return texts;
    }

    private SafetensorsTensor ReadTensor(string name, ref Utf8JsonReader reader)
    {
        string tensor = $"tensor {Quoted.Text(name)}";
        string? dtype = null;
        bool hasShape = false, hasOffsets = false;
        long[]? shape = null, offsets = null;
        int members = 0;
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!isObject)
            reader.Skip();
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            members++;
            bool isType = reader.ValueTextEquals("dtype"u8), isShape = reader.ValueTextEquals("shape"u8);
            bool isOffsets = reader.ValueTextEquals("data_offsets"u8);
            reader.Read();
            if (isType)
                dtype = ReadText(ref reader);
            else if (isShape)
                (hasShape, shape) = (true, ReadSizes(ref reader));
            else if (isOffsets)
                (hasOffsets, offsets) = (true, ReadSizes(ref reader));
            else
                reader.Skip();
        }

        if (members != 3 || dtype is null || !hasShape || !hasOffsets)
            throw Invalid($"{tensor} does not have exactly a dtype, a shape and data_offsets");
        if (!SafetensorsTypes.TryParse(dtype, out SafetensorsType type))
            throw Invalid($"{tensor} has the unknown dtype {Quoted.Text(dtype)}, not one of {SafetensorsTypes.AllNames}");
        if (shape is null)
            throw Invalid($"the shape of {tensor} is not a list of integers from 0");
        if (offsets is not [long begin, long end] || begin > end)
            throw Invalid($"the data_offsets of {tensor} are not two integers from 0 in ascending order");
        if (end > dataLength)
            throw Invalid($"{tensor} ends at byte {end} of the data, but the file has only {dataLength} bytes of data");
        if (!TensorSize.TryCount(type, shape, out long elements, out long bytes))
            throw Invalid($"the shape of {tensor} has more elements than can be counted");
        if (bytes != end - begin)
            throw Invalid($"{tensor} needs {bytes} bytes for its shape and dtype, but its data_offsets span {end - begin}");
        return new SafetensorsTensor(name, type, shape.AsReadOnly(), elements, dataStart + begin);
    }

    /// <summary>Returns a string, or something that is no dtype in the place of another value.</summary>
    private static string ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        reader.Skip();
        return "";
    }

    private static long[]? ReadSizes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        List<long> sizes = [];
        bool areSizes = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long size = -1;
            areSizes &= reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out size) && size >= 0;
            if (areSizes)
                sizes.Add(size);
            reader.Skip();
        }

        return areSizes ? [.. sizes] : null;
    }

    private void CheckLayout()
    {
        long end = dataStart;
        foreach (SafetensorsTensor tensor in Tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            string name = Quoted.Text(tensor.Name);
            if (tensor.Offset < end) throw Invalid($"tensor {name} overlaps the one before it");
            if (tensor.Offset > end) throw Invalid($"there is a gap of {tensor.Offset - end} bytes before tensor {name}");
            end = tensor.Offset + tensor.ByteLength;
        }

        long rest = dataStart + dataLength - end;
        if (rest > 0) throw Invalid($"{rest} bytes at its end belong to no tensor");
    }

    private HomerException Invalid(string what) =>
        new($"'{path}' is not a valid safetensors file: {what}; download or export it again.");
}
