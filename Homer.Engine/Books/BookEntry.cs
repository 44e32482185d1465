using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Homer.Engine.Books;

/// <summary>
/// A file in the directory of a book. Its section holds ids I32 [tokens], scales F16 [tokens, heads], keys I8 [tokens, heads, head_dim]
/// and the text in UTF-8.
/// </summary>
/// <param name="Path">The path as it was given.</param>
/// <param name="Hash">The SHA-256 of the file's bytes.</param>
/// <param name="Tokens">The number of tokens.</param>
/// <param name="TextBytes">The number of bytes of the text.</param>
internal sealed record BookEntry(string Path, string Hash, int Tokens, int TextBytes)
{
    private const int DirectoryEndBytes = SHA256.HashSizeInBytes + sizeof(long);

    /// <summary>The SHA-256 of the ids.</summary>
    public byte[] IdsHash { get; init; } = [];

    /// <summary>The SHA-256 of scales and keys.</summary>
    public byte[] KeysHash { get; init; } = [];

    /// <summary>The SHA-256 of the text.</summary>
    public byte[] TextHash { get; init; } = [];

    /// <summary>The place of the section in the file.</summary>
    public long Offset { get; init; }

    /// <summary>Returns the number of bytes of the section.</summary>
    public long BytesIn(BookHeader header) => ((long)Tokens * (sizeof(int) + header.Width + header.ScaleWidth)) + TextBytes;

    /// <summary>Returns the end of a book: the directory, its SHA-256, and its length I64.</summary>
    public static byte[] DirectoryOf(IEnumerable<BookEntry> entries)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        foreach (BookEntry entry in entries)
        {
            BookFields.Write(writer, entry.Path);
            writer.Write(Convert.FromHexString(entry.Hash));
            writer.Write(entry.Tokens);
            writer.Write(entry.TextBytes);
            writer.Write(entry.IdsHash);
            writer.Write(entry.KeysHash);
            writer.Write(entry.TextHash);
        }

        byte[] directory = content.ToArray();
        writer.Write(SHA256.HashData(directory));
        writer.Write((long)directory.Length);
        return content.ToArray();
    }

    /// <summary>Reads the directory of a book.</summary>
    /// <param name="file">The book.</param>
    /// <param name="header">Its header.</param>
    /// <param name="start">The end of the header.</param>
    /// <exception cref="InvalidDataException">The directory is cut or altered, or does not fit the file.</exception>
    public static IReadOnlyList<BookEntry> Read(BookBytes file, BookHeader header, int start)
    {
        long end = file.Length - DirectoryEndBytes;
        byte[] last = file.Read(end, DirectoryEndBytes);
        long length = BinaryPrimitives.ReadInt64LittleEndian(last.AsSpan(SHA256.HashSizeInBytes));
        if (length < 0 || length > end - start)
            throw new InvalidDataException("its end is cut or altered");
        byte[] directory = file.Read(end - length, length);
        if (!SHA256.HashData(directory).AsSpan().SequenceEqual(last.AsSpan(0, SHA256.HashSizeInBytes)))
            throw new InvalidDataException("its directory was altered");
        List<BookEntry> entries = [];
        var fields = new BookFields(directory);
        long offset = start;
        while (!fields.Left.IsEmpty)
        {
            var entry = new BookEntry(fields.Text(), Convert.ToHexStringLower(Hash(ref fields)), fields.Int32(), fields.Int32())
            {
                IdsHash = Hash(ref fields).ToArray(),
                KeysHash = Hash(ref fields).ToArray(),
                TextHash = Hash(ref fields).ToArray(),
                Offset = offset,
            };
            if (entries.Count > 0 && string.CompareOrdinal(entries[^1].Path, entry.Path) >= 0)
                throw new InvalidDataException("its files are not in order");
            offset += entry.BytesIn(header);
            if (offset > end - length)
                throw new InvalidDataException("a section goes beyond the file");
            entries.Add(entry);
        }

        return offset == end - length ? entries : throw new InvalidDataException("its sections do not fill the file");

        static ReadOnlySpan<byte> Hash(ref BookFields fields) => fields.Bytes(SHA256.HashSizeInBytes);
    }
}
