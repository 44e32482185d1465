using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Weights.Gguf;

/// <summary>
/// The metadata of a GGUF file, by key. Values stay in the file until they are asked for. Writers disagree on widths, so integers of any
/// width count as integers, and any number where a fraction may stand.
/// </summary>
internal sealed unsafe class GgufKeys
{
    private readonly string path;
    private readonly FileMapping file;
    private readonly Dictionary<string, GgufValue> values;

    public GgufKeys(string path, FileMapping file, Dictionary<string, GgufValue> values)
    {
        this.path = path;
        this.file = file;
        this.values = values;
    }

    /// <summary>The file, for messages.</summary>
    public string Path => path;

    /// <summary>All keys.</summary>
    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>Returns the error of a key whose value is wrong.</summary>
    public HomerException Invalid(string key, string what) => new($"'{path}' cannot be used: its key {Quoted.Text(key)} {what}.");

    /// <summary>Returns whether the file has a key.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>Returns whether a key has a text.</summary>
    public bool IsText(string key) => values.TryGetValue(key, out GgufValue value) && value is { Type: GgufValueType.Text, Count: < 0 };

    /// <summary>Returns whether a key has a list of texts.</summary>
    public bool IsTexts(string key) =>
        values.TryGetValue(key, out GgufValue value) && value is { Type: GgufValueType.Text, Count: >= 0 };

    /// <summary>Returns the number of elements of a list; null where there is no such key, or no list.</summary>
    public long? Count(string key) => values.TryGetValue(key, out GgufValue value) && value.Count >= 0 ? value.Count : null;

    /// <summary>Returns an integer; null where there is no such key. A list of equal ones, one for each layer, counts as one.</summary>
    /// <exception cref="HomerException">The value is none, or the elements of a list differ.</exception>
    public long? Integer(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        long? first = null;
        for (long i = 0; i < Math.Max(value.Count, 1); i++)
        {
            if (value.Count == 0 || IntegerAt(value, i) is not { } number)
                throw Invalid(key, "is not an integer that Homer can count with");
            if (first is not null && number != first)
                throw Invalid(key, $"has {first} for one layer and {number} for another; Homer needs layers that are alike");
            first = number;
        }

        return first;
    }

    /// <summary>Returns a number; null where there is no such key.</summary>
    /// <exception cref="HomerException">The value is none.</exception>
    public double? Number(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        return value.Count < 0 && NumberAt(value, 0) is { } number && double.IsFinite(number)
            ? number
            : throw Invalid(key, "is not a number");
    }

    /// <summary>Returns a text; null where there is no such key.</summary>
    /// <exception cref="HomerException">The value is none.</exception>
    public string? Text(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        if (value is not { Type: GgufValueType.Text, Count: < 0 })
            throw Invalid(key, "is not a text");
        long at = value.Offset;
        return TextAt(key, ref at);
    }

    /// <summary>Returns true or false; null where there is no such key.</summary>
    /// <exception cref="HomerException">The value is neither.</exception>
    public bool? Flag(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        return value is { Type: GgufValueType.Bool, Count: < 0 } && IntegerAt(value, 0) is 0 or 1
            ? IntegerAt(value, 0) == 1
            : throw Invalid(key, "is neither true nor false");
    }

    /// <summary>Returns a list of integers, or of true and false as 1 and 0; null where there is no such key, or no list.</summary>
    /// <exception cref="HomerException">An element is none.</exception>
    public IReadOnlyList<long>? Integers(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value) || value.Count < 0)
            return null;
        var numbers = new long[value.Count];
        for (long i = 0; i < value.Count; i++)
            numbers[i] = IntegerAt(value, i) ?? throw Invalid(key, "is not a list of integers");
        return numbers;
    }

    /// <summary>Returns a list of numbers; null where there is no such key.</summary>
    /// <exception cref="HomerException">The value is none.</exception>
    public IReadOnlyList<double>? Numbers(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        if (value.Count < 0)
            throw Invalid(key, "is not a list");
        var numbers = new double[value.Count];
        for (long i = 0; i < value.Count; i++)
            numbers[i] = NumberAt(value, i) ?? throw Invalid(key, "is not a list of numbers");
        return numbers;
    }

    /// <summary>Returns a list of texts, such as the tokens of a vocabulary; null where there is no such key.</summary>
    /// <exception cref="HomerException">The value is none.</exception>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (!values.TryGetValue(key, out GgufValue value))
            return null;
        if (value is not { Type: GgufValueType.Text, Count: >= 0 })
            throw Invalid(key, "is not a list of texts");
        var texts = new string[value.Count];
        long at = value.Offset;
        for (long i = 0; i < value.Count; i++)
            texts[i] = TextAt(key, ref at);
        return texts;
    }

    /// <summary>Adds keys to a hash: for each its name, the type and number of its elements, and their bytes as in the file.</summary>
    public void AppendTo(IncrementalHash hash, IEnumerable<string> keys)
    {
        const int Block = 1 << 20;
        foreach (string key in keys)
        {
            GgufValue value = values[key];
            hash.AppendData(Encoding.UTF8.GetBytes($"{key} {(uint)value.Type} {value.Count} {value.ByteLength} "));
            for (long at = 0; at < value.ByteLength; at += Block)
                hash.AppendData(Bytes(value.Offset + at, (int)Math.Min(Block, value.ByteLength - at)));
        }
    }

    private string TextAt(string key, ref long at)
    {
        long length = BinaryPrimitives.ReadInt64LittleEndian(Bytes(at, sizeof(long)));
        if (length > Array.MaxLength)
            throw Invalid(key, $"has a text of {length} bytes, more than Homer reads");
        string text = Encoding.UTF8.GetString(Bytes(at + sizeof(long), (int)length));
        at += sizeof(long) + length;
        return text;
    }

    private long? IntegerAt(GgufValue value, long i)
    {
        ReadOnlySpan<byte> bytes = Bytes(value.Offset + (i * value.Type.Size()), value.Type.Size());
        return value.Type switch
        {
            GgufValueType.UInt8 or GgufValueType.Bool => bytes[0],
            GgufValueType.Int8 => (sbyte)bytes[0],
            GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            GgufValueType.UInt64 when BinaryPrimitives.ReadInt64LittleEndian(bytes) is var number => number < 0 ? null : number,
            GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => null,
        };
    }

    private double? NumberAt(GgufValue value, long i)
    {
        ReadOnlySpan<byte> bytes = Bytes(value.Offset + (i * value.Type.Size()), value.Type.Size());
        return value.Type switch
        {
            // Through the shortest text that means this float, which is what its writer had in mind: 0.11 instead of 0.10999999940395355.
            GgufValueType.Float32 => Widen(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            GgufValueType.Bool => null,
            _ => IntegerAt(value, i),
        };
    }

    private static double Widen(float number) => float.IsFinite(number)
        ? double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : number;

    private ReadOnlySpan<byte> Bytes(long at, int count) => new(file.Start + at, count);
}
