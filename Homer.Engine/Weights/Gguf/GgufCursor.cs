using System.Buffers.Binary;
using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Weights.Gguf;

/// <summary>Reads the header of a GGUF file from its beginning to its end, and never beyond the file.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="file">Its bytes.</param>
/// <param name="position">Where to begin.</param>
internal sealed unsafe class GgufCursor(string path, FileMapping file, long position = 0)
{
    // The specification's limit for keys; names of tensors are shorter.
    private const int LongestName = 65535;
    private const int DeepestList = 8;

    /// <summary>The byte at which the next value begins.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The bytes that are left.</summary>
    public long Left => file.Length - Position;

    /// <summary>Returns the error of a file that breaks the format.</summary>
    public HomerException Invalid(string what) => new($"'{path}' is not a valid GGUF file: {what}; download or export it again.");

    /// <summary>Reads an integer of four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads an integer of eight bytes.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads the number of things that follow, each of which takes at least some bytes.</summary>
    public long Count(string things, int fewestBytes, long most)
    {
        ulong count = UInt64();
        if (count > (ulong)most)
            throw Invalid($"it claims {count} {things}, more than the {most} that Homer reads");
        if (count > (ulong)(Left / fewestBytes))
            throw Invalid($"it claims {count} {things}, more than its {file.Length} bytes can hold");
        return (long)count;
    }

    /// <summary>Reads the name of a key or tensor.</summary>
    public string Name(string what)
    {
        ulong length = UInt64();
        if (length > LongestName || length > (ulong)Left)
            throw Invalid($"the name of {what} claims {length} bytes, more than {Math.Min(LongestName, Left)}");
        return Encoding.UTF8.GetString(Take((int)length));
    }

    /// <summary>Reads the type of a value and passes over the value.</summary>
    /// <param name="key">The name of the value.</param>
    public GgufValue Value(string key)
    {
        var type = (GgufValueType)UInt32();
        GgufValue value = type == GgufValueType.List ? List(key, 1) : new(type, -1, Position);
        if (type != GgufValueType.List)
            Skip(key, type, 1);
        return value with { ByteLength = Position - value.Offset };
    }

    private GgufValue List(string key, int depth)
    {
        if (depth > DeepestList)
            throw Invalid($"the value of {Quoted.Text(key)} is a list within more than {DeepestList} others");
        var type = (GgufValueType)UInt32();
        ulong count = UInt64();
        // A text takes at least its length, and a list its type and length.
        int fewest = type switch { GgufValueType.Text => 8, GgufValueType.List => 12, _ => Math.Max(type.Size(), 1) };
        if (count > (ulong)(Left / fewest))
            throw Invalid($"the value of {Quoted.Text(key)} claims {count} elements, more than the file can hold");
        var value = new GgufValue(type, (long)count, Position);
        if (type == GgufValueType.List)
        {
            for (ulong i = 0; i < count; i++)
                List(key, depth + 1);
        }
        else
        {
            Skip(key, type, (long)count);
        }

        return value;
    }

    private void Skip(string key, GgufValueType type, long count)
    {
        if (type == GgufValueType.Text)
        {
            for (long i = 0; i < count; i++)
            {
                ulong length = UInt64();
                if (length > (ulong)Left)
                    throw Invalid($"a text of {Quoted.Text(key)} claims {length} bytes, more than the file has left");
                Position += (long)length;
            }

            return;
        }

        int size = type.Size();
        if (size == 0)
            throw Invalid($"the value of {Quoted.Text(key)} is of type {(uint)type}, which GGUF does not have");
        if (count > Left / size)
            throw Invalid($"it ends within the value of {Quoted.Text(key)}; the download may be incomplete");
        Position += count * size;
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > Left)
            throw Invalid($"it ends within its header, after {file.Length} bytes; the download may be incomplete");
        var taken = new ReadOnlySpan<byte>(file.Start + Position, bytes);
        Position += bytes;
        return taken;
    }
}
