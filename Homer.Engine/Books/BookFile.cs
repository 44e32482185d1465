using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Methods.Recall;
using Homer.Kernels.Elements;

namespace Homer.Engine.Books;

/// <summary>A file of a book. What is read of it is checked against its checksum. Thread safe.</summary>
public sealed class BookFile
{
    // A part of the keys, and of the tokens, that is in memory at a time.
    private const int PartTokens = 1 << 14;
    private const int BlockTokens = 1 << 12;

    private readonly Book book;
    private readonly Lazy<StreamedKeys> parts;
    private readonly Lazy<bool> areIdsChecked;

    internal BookFile(Book book, BookEntry entry)
    {
        this.book = book;
        Entry = entry;
        // A failure is not kept: the next call tries again.
        parts = new(CheckedParts, LazyThreadSafetyMode.PublicationOnly);
        areIdsChecked = new(CheckIds, LazyThreadSafetyMode.PublicationOnly);
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

    /// <summary>
    /// The keys of the tokens, in order. They are checked when they are first asked for, and read whenever they are gone through: they do
    /// not stay in memory.
    /// </summary>
    /// <exception cref="HomerException">The book is cut or altered.</exception>
    public IReadOnlyList<RecallPart> Parts => parts.Value;

    /// <summary>The book.</summary>
    internal Book Book => book;

    /// <summary>The place in the book.</summary>
    internal BookEntry Entry { get; }

    private long ScalesStart => Entry.Offset + ((long)Tokens * sizeof(int));

    private long KeysStart => ScalesStart + ((long)Tokens * book.Header.ScaleWidth);

    private long TextStart => KeysStart + ((long)Tokens * book.Header.Width);

    /// <summary>Returns the block of token ids that a token is in, and the first token of the block.</summary>
    internal (int First, int[] Ids) BlockOf(int token) => book.Guard(() =>
    {
        _ = areIdsChecked.Value;
        int first = token / BlockTokens * BlockTokens;
        return (first, book.Bytes.Read<int>(Entry.Offset + ((long)first * sizeof(int)), Math.Min(BlockTokens, Tokens - first)));
    });

    private bool CheckIds() => book.Guard(() =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        book.Bytes.Each(Entry.Offset, (long)Tokens * sizeof(int), hash, _ => { });
        return hash.GetHashAndReset().AsSpan().SequenceEqual(Entry.IdsHash) ? true : throw Altered("the tokens");
    });

    private StreamedKeys CheckedParts() => book.Guard(() =>
    {
        bool isFinite = true;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        book.Bytes.Each(ScalesStart, (long)Tokens * book.Header.ScaleWidth, hash, bytes =>
        {
            foreach (Float16 scale in MemoryMarshal.Cast<byte, Float16>(bytes.Span))
                isFinite &= float.IsFinite(scale.ToSingle());
        });
        book.Bytes.Each(KeysStart, (long)Tokens * book.Header.Width, hash, _ => { });
        return isFinite && hash.GetHashAndReset().AsSpan().SequenceEqual(Entry.KeysHash)
            ? new StreamedKeys(Tokens, StreamParts)
            : throw Altered("the keys");
    });

    /// <summary>Reads the keys part by part, all into the same memory.</summary>
    private IEnumerable<RecallPart> StreamParts()
    {
        int heads = book.Header.Heads.Count, width = book.Header.Width, most = Math.Min(PartTokens, Tokens);
        var scales = new Float16[most * heads];
        var elements = new sbyte[most * width];
        for (int first = 0, count; first < Tokens; first += count)
        {
            count = Math.Min(most, Tokens - first);
            (int begin, int some) = (first, count);
            yield return book.Guard(() =>
            {
                Memory<Float16> ofScales = scales.AsMemory(0, some * heads);
                Memory<sbyte> ofElements = elements.AsMemory(0, some * width);
                book.Bytes.Read(ScalesStart + ((long)begin * book.Header.ScaleWidth), MemoryMarshal.AsBytes(ofScales.Span));
                book.Bytes.Read(KeysStart + ((long)begin * width), MemoryMarshal.AsBytes(ofElements.Span));
                return new RecallPart(ofElements, ofScales);
            });
        }
    }

    private T[] Checked<T>(T[] elements, byte[] hash, string what)
        where T : unmanaged =>
        SHA256.HashData(MemoryMarshal.AsBytes(elements.AsSpan())).AsSpan().SequenceEqual(hash) ? elements : throw Altered(what);

    private InvalidDataException Altered(string what) => new($"{what} of {Files.Quoted.Text(Path)} in it were altered");
}
