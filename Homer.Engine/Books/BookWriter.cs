using System.Security.Cryptography;
using Homer.Engine.Files;

namespace Homer.Engine.Books;

/// <summary>Writes a whole book, which replaces the one that is there only when it is complete. Its owner alone may read it.</summary>
internal static class BookWriter
{
    /// <summary>Writes a book.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The header.</param>
    /// <param name="content">The files by their paths: those of the old book that stay, null for those that were read.</param>
    /// <param name="writeRead">Writes the section of a file that was read, and returns its entry.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="HomerException">The book cannot be written, or the old one was altered.</exception>
    public static long Write(
        string path, BookHeader header, SortedDictionary<string, BookFile?> content, Func<string, Action<byte[]>, BookEntry> writeRead)
    {
        using var file = new AtomicFile(path, ownerOnly: true);
        file.Write(header.ToBytes(BookHeader.Magic));
        List<BookEntry> entries = [];
        foreach ((string name, BookFile? kept) in content)
            entries.Add(kept is null ? writeRead(name, bytes => file.Write(bytes)) : Copy(kept, file));
        file.Write(BookEntry.DirectoryOf(entries));
        file.Commit();
        return entries.Sum(entry => (long)entry.Tokens);
    }

    private static BookEntry Copy(BookFile kept, AtomicFile file) => kept.Book.Guard(() =>
    {
        BookEntry entry = kept.Entry;
        BookHeader header = kept.Book.Header;
        long idBytes = (long)entry.Tokens * sizeof(int), keyBytes = (long)entry.Tokens * (header.ScaleWidth + header.Width);
        Copy(entry.Offset, idBytes, entry.IdsHash);
        Copy(entry.Offset + idBytes, keyBytes, entry.KeysHash);
        Copy(entry.Offset + idBytes + keyBytes, entry.TextBytes, entry.TextHash);
        return entry;

        void Copy(long offset, long count, byte[] expected)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            kept.Book.Bytes.Each(offset, count, hash, bytes => file.Write(bytes.Span));
            if (!hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
                throw new InvalidDataException($"the section of {Quoted.Text(entry.Path)} in it was altered");
        }
    });
}
