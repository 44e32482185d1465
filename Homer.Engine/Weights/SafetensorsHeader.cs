using System.Buffers.Binary;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>
/// The header of a safetensors file: 8 bytes of length N (little-endian), then N bytes of JSON, then the data, in which the tensors lie
/// without gap or overlap; format: https://huggingface.co/docs/safetensors.
/// </summary>
internal sealed unsafe class SafetensorsHeader
{
    internal const int LengthBytes = 8;
    internal const string MetadataName = "__metadata__";
    private const int MaxBytes = 100_000_000;

    private readonly string path;
    private readonly long dataStart;
    private readonly long dataLength;

    /// <summary>Reads the header of a mapped file and checks it.</summary>
    /// <exception cref="HomerException">The header is not valid, or does not fit the length of the file.</exception>
    internal SafetensorsHeader(string path, FileMapping file)
    {
        this.path = path;
        if (file.Length < LengthBytes) throw Invalid($"it has only {file.Length} bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(file.Start, LengthBytes));
        if (length > MaxBytes) throw Invalid($"its header claims {length} bytes, more than the limit of {MaxBytes}");
        dataStart = LengthBytes + (long)length;
        dataLength = file.Length - dataStart;
        if (dataLength < 0) throw Invalid($"its header claims {length} bytes, more than the file has");

        byte[] json = new ReadOnlySpan<byte>(file.Start + LengthBytes, (int)length).ToArray();
        if (json is not [(byte)'{', ..]) throw Invalid("its header does not begin with '{'");
        StrictJson.ReadObject(json, "header", ReadMembers, Invalid);
        CheckLayout();
    }

    internal Dictionary<string, string>? Metadata { get; private set; }

    internal Dictionary<string, SafetensorsTensor> Tensors { get; } = [];

    private void ReadMembers(JsonElement.ObjectEnumerator members)
    {
        foreach (JsonProperty member in members)
        {
            bool isNew;
            if (member.NameEquals(MetadataName))
            {
                isNew = Metadata is null;
                Metadata = StrictJson.Strings(member, Invalid);
            }
            else
            {
                isNew = Tensors.TryAdd(member.Name, ReadTensor(member));
            }

            if (!isNew) throw Invalid($"{Quoted.Text(member.Name)} is in its header twice");
        }
    }

    private SafetensorsTensor ReadTensor(JsonProperty member)
    {
        string tensor = $"tensor {Quoted.Text(member.Name)}";
        JsonElement fields = member.Value;
        if (fields.ValueKind != JsonValueKind.Object
            || fields.GetPropertyCount() != 3
            || !fields.TryGetProperty("dtype", out JsonElement dtype)
            || !fields.TryGetProperty("shape", out JsonElement dimensions)
            || !fields.TryGetProperty("data_offsets", out JsonElement offsets))
            throw Invalid($"{tensor} does not have exactly a dtype, a shape and data_offsets");

        if (dtype.ValueKind != JsonValueKind.String || !SafetensorsTypes.TryParse(dtype.GetString(), out SafetensorsType type))
            throw Invalid($"{tensor} has the unknown dtype {Quoted.Text(dtype.ToString())}, not one of {SafetensorsTypes.AllNames}");
        if (ReadSizes(dimensions) is not { } shape)
            throw Invalid($"the shape of {tensor} is not a list of integers from 0");
        if (ReadSizes(offsets) is not [long begin, long end] || begin > end)
            throw Invalid($"the data_offsets of {tensor} are not two integers from 0 in ascending order");
        if (end > dataLength)
            throw Invalid($"{tensor} ends at byte {end} of the data, but the file has only {dataLength} bytes of data");
        if (!TensorSize.TryCount(type, shape, out long elements, out long bytes))
            throw Invalid($"the shape of {tensor} has more elements than can be counted");
        if (bytes != end - begin)
            throw Invalid($"{tensor} needs {bytes} bytes for its shape and dtype, but its data_offsets span {end - begin}");
        return new SafetensorsTensor(member.Name, type, shape.AsReadOnly(), elements, dataStart + begin);
    }

    private static long[]? ReadSizes(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array) return null;
        long[] sizes = new long[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out sizes[i]) || sizes[i] < 0) return null;
            i++;
        }

        return sizes;
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
