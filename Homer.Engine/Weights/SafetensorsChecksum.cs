using System.Security.Cryptography;

namespace Homer.Engine.Weights;

/// <summary>
/// The SHA-256 of a file in the file's own metadata, over the bytes that <see cref="SafetensorsWriter"/> writes without that entry. It
/// detects a change of any byte of a tensor, of its description or of the metadata.
/// </summary>
internal static class SafetensorsChecksum
{
    /// <summary>The name of the entry.</summary>
    public const string Name = "sha256";

    /// <summary>Returns the metadata with the checksum of the file that the metadata and the parts make.</summary>
    public static IReadOnlyDictionary<string, string> Seal(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsPart> parts) =>
        new Dictionary<string, string>(metadata) { [Name] = Of(metadata, parts) };

    /// <summary>Returns true if a file has a checksum and is as it was written.</summary>
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
            Dictionary<string, string> sorted = metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary();
            using MemoryStream header = SafetensorsWriter.Header(sorted, parts);
            header.WriteTo(stream);
            foreach (SafetensorsPart part in parts)
                part.Write(stream);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static unsafe SafetensorsPart PartOf(SafetensorsFile file, SafetensorsTensor tensor) =>
        new(tensor.Name, tensor.Type, tensor.Shape, stream =>
        {
            using var bytes = new UnmanagedMemoryStream(file.Pointer(tensor), tensor.ByteLength);
            bytes.CopyTo(stream);
        });
}
