using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Methods.Recall;
using Homer.Kernels.Elements;

namespace Homer.Engine.Books;

/// <summary>A file of a book. What is read of it is checked against its checksum. Thread safe.</summary>
public sealed class BookFile
{
    private const int PartTokens = 1 << 16;

    private readonly Book book;
    private readonly Lazy<IReadOnlyList<RecallPart>> parts;

    internal BookFile(Book book, BookEntry entry)
    {
        this.book = book;
        Entry = entry;
        // A failure is not kept: the next call tries again.
        parts = new(ReadParts, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The path as it was given when the file was read, with slashes.</summary>
    public string Path => Entry.Path;

    /// <summary>The SHA-256 of the file's bytes, in lower-case hexadecimal digits.</summary>
    public string Hash => Entry.Hash;

    /// <summary>The number of tokens.</summary>
    public int Tokens => Entry.Tokens;

    /// <summary>The number of bytes of the text as UTF-8.</summary>
    public int TextBytes => Entry.TextBytes;

    /// <summary>Returns the text as UTF-8, read from the book.</summary>
    /// <exception cref="HomerException">The book is cut or altered.</exception>
    public byte[] Text() => book.Guard(() => Checked(book.Bytes.Read<byte>(TextStart, TextBytes), Entry.TextHash, "the text"));

    /// <summary>Returns the token ids, read from the book.</summary>
    /// <exception cref="HomerException">The book is cut or altered.</exception>
    public int[] Ids() => book.Guard(() => Checked(book.Bytes.Read<int>(Entry.Offset, Tokens), Entry.IdsHash, "the tokens"));

    /// <summary>Compares the file that was read with the one that is now at its path, as it was given.</summary>
    public BookSource Source()
    {
        try
        {
            if (Files.FileStatus.Of(Path).Kind != Files.FileKind.Regular)
                return BookSource.Gone;
            using FileStream stream = File.OpenRead(Path);
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == Hash ? BookSource.Same : BookSource.Changed;
        }
        catch (Exception e) when (Files.FileTrouble.Is(e) || e is ArgumentException)
        {
            return BookSource.Gone;
        }
    }

    /// <summary>The keys of the tokens, in order; they are read when they are first asked for, and stay in memory.</summary>
    /// <exception cref="HomerException">The book is cut or altered.</exception>
    public IReadOnlyList<RecallPart> Parts => parts.Value;

    /// <summary>The book.</summary>
    internal Book Book => book;

    /// <summary>The place in the book.</summary>
    internal BookEntry Entry { get; }

    private long ScalesStart => Entry.Offset + ((long)Tokens * sizeof(int));

    private long KeysStart => ScalesStart + ((long)Tokens * book.Header.ScaleWidth);

    private long TextStart => KeysStart + ((long)Tokens * book.Header.Width);

    private IReadOnlyList<RecallPart> ReadParts() => book.Guard(() =>
    {
        int heads = book.Header.Heads.Count, width = book.Header.Width, count = (Tokens + PartTokens - 1) / PartTokens;
        var scales = new Float16[count][];
        var elements = new sbyte[count][];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < count; i++)
        {
            scales[i] = book.Bytes.Read<Float16>(ScalesStart + ((long)i * PartTokens * book.Header.ScaleWidth), (long)TokensOf(i) * heads);
            hash.AppendData(MemoryMarshal.AsBytes(scales[i].AsSpan()));
        }

        for (int i = 0; i < count; i++)
        {
            elements[i] = book.Bytes.Read<sbyte>(KeysStart + ((long)i * PartTokens * width), (long)TokensOf(i) * width);
            hash.AppendData(MemoryMarshal.AsBytes(elements[i].AsSpan()));
        }

        bool isFinite = scales.All(part => part.All(scale => float.IsFinite(scale.ToSingle())));
        if (!isFinite || !hash.GetHashAndReset().AsSpan().SequenceEqual(Entry.KeysHash))
            throw Altered("the keys");
        return (IReadOnlyList<RecallPart>)[.. elements.Select((part, i) => new RecallPart(part, scales[i]))];

        int TokensOf(int part) => Math.Min(PartTokens, Tokens - (part * PartTokens));
    });

    private T[] Checked<T>(T[] elements, byte[] hash, string what)
        where T : unmanaged =>
        SHA256.HashData(MemoryMarshal.AsBytes(elements.AsSpan())).AsSpan().SequenceEqual(hash) ? elements : throw Altered(what);

    private InvalidDataException Altered(string what) => new($"{what} of {Files.Quoted.Text(Path)} in it were altered");
}
