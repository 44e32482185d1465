using System.Buffers.Binary;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    private const int DataAlignment = 64;

    /// <summary>
    /// Writes a file, completely or not at all: a temporary file in the same folder is filled, flushed to the disk and renamed over
    /// <paramref name="path"/>; on any failure it is deleted, and an older file is untouched.
    /// </summary>
    /// <param name="path">The path of the file; its folder must exist.</param>
    /// <param name="metadata">Texts to store beside the tensors, or null.</param>
    /// <param name="parts">The tensors, written in this order; the data of the first begins at a multiple of 64 bytes.</param>
    /// <exception cref="HomerException">The folder is missing or cannot be written, or the disk is full.</exception>
    /// <exception cref="ArgumentException">Two parts have the same name.</exception>
    /// <exception cref="InvalidOperationException">A part did not write as many bytes as it has.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, string>? metadata, IEnumerable<SafetensorsPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        SafetensorsPart[] ordered = [.. parts];
        if (ordered.CountBy(part => part.Name).FirstOrDefault(count => count.Value > 1) is { Key: { } name })
            throw new ArgumentException($"Two parts have the name '{name}'.", nameof(parts));

        using MemoryStream header = Header(metadata, ordered);
        AtomicFile.Write(path, stream =>
        {
            header.WriteTo(stream);
            foreach (SafetensorsPart part in ordered)
            {
                long start = stream.Position;
                part.Write(stream);
                long written = stream.Position - start;
                if (written != part.ByteLength)
                    throw new InvalidOperationException($"Tensor '{part.Name}' has {part.ByteLength} bytes but wrote {written}.");
            }
        });
    }

    /// <summary>Returns the first bytes of a file of these parts; the bytes of the parts follow in this order.</summary>
    internal static MemoryStream Header(IReadOnlyDictionary<string, string>? metadata, IReadOnlyList<SafetensorsPart> parts)
    {
        MemoryStream header = new();
        header.Write(stackalloc byte[SafetensorsHeader.LengthBytes]);
        using (Utf8JsonWriter json = new(header))
            WriteJson(json, metadata, parts);

        while (header.Length % DataAlignment != 0) header.WriteByte((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header.GetBuffer(), header.Length - SafetensorsHeader.LengthBytes);
        return header;
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata, IReadOnlyList<SafetensorsPart> parts)
    {
        json.WriteStartObject();
        if (metadata is not null)
        {
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            foreach ((string key, string value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
        }

        long offset = 0;
        foreach (SafetensorsPart part in parts)
        {
            json.WriteStartObject(part.Name);
            json.WriteString("dtype", part.Type.Name());
            WriteNumbers(json, "shape", part.Shape);
            WriteNumbers(json, "data_offsets", [offset, offset += part.ByteLength]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
