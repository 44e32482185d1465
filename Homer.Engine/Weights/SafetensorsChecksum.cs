using System.Security.Cryptography;

namespace Homer.Engine.Weights;

/// <summary>
/// A file's SHA-256 in its own metadata, over what <see cref="SafetensorsWriter"/> writes without that entry: whoever changes a byte of a
/// tensor, of its description or of the metadata is found out.
/// </summary>
internal static class SafetensorsChecksum
{
    /// <summary>The entry's name.</summary>
    public const string Name = "sha256";

    /// <summary>The metadata with the checksum of the file that they and the parts make.</summary>
    public static IReadOnlyDictionary<string, string> Seal(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsPart> parts) =>
        new Dictionary<string, string>(metadata) { [Name] = Of(metadata, parts) };

    /// <summary>Whether a file is as it was written; not if it has no checksum.</summary>
    public static bool IsIntact(SafetensorsFile file)
    {
        var metadata = new Dictionary<string, string>(file.Metadata);
        return metadata.Remove(Name, out string? expected)
            && Of(metadata, [.. file.Tensors.Values.OrderBy(tensor => tensor.Offset).Select(tensor => PartOf(file, tensor))]) == expected;
    }

    private static string Of(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsPart> parts)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            using MemoryStream header = SafetensorsWriter.Header(metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(), parts);
            header.WriteTo(stream);
            foreach (SafetensorsPart part in parts)
                part.Write(stream);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static unsafe SafetensorsPart PartOf(SafetensorsFile file, SafetensorsTensor tensor) => new(tensor.Name, tensor.Type, tensor.Shape, stream =>
    {
        using var bytes = new UnmanagedMemoryStream(file.Pointer(tensor), tensor.ByteLength);
        bytes.CopyTo(stream);
    });
}
