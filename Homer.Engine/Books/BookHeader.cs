using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Calibration;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Models;

namespace Homer.Engine.Books;

/// <summary>
/// The beginning of a book, and of the file of its progress: eight known bytes, the format's version and a length (I32), entries of names
/// and values, and the SHA-256 of all that. The entries say which model, tokenizer, template and settings made the keys.
/// </summary>
internal sealed class BookHeader
{
    private const int Version = 1;
    private const int MostBytes = 1 << 16;
    private const int FixedBytes = 16;
    private const int MostElements = 4096;
    private const string ModelEntry = "model";
    private const string ModelPathEntry = "model_path";
    private const string HeadsEntry = "heads";
    private const string ChunkEntry = "chunk";
    private const string OverlapEntry = "overlap";
    private const string WidthEntry = "head_dim";
    private const string PrefixEntry = "prefix_fingerprint";
    private const string VersionEntry = "homer_version";

    private readonly SortedDictionary<string, string> entries;

    private BookHeader(SortedDictionary<string, string> entries) => this.entries = entries;

    /// <summary>The first bytes of a book; no text begins so.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'H', (byte)'B', (byte)'O', (byte)'O', (byte)'K', (byte)'\r', (byte)'\n'];

    /// <summary>The first bytes of the file of a book's progress.</summary>
    public static ReadOnlySpan<byte> PartMagic => [0x89, (byte)'H', (byte)'P', (byte)'A', (byte)'R', (byte)'T', (byte)'\r', (byte)'\n'];

    /// <summary>The name of the model.</summary>
    public string Model => entries[ModelEntry];

    /// <summary>The place where the model lay; empty for one that its name finds.</summary>
    public string ModelPath => entries[ModelPathEntry];

    /// <summary>The heads whose keys are kept.</summary>
    public IReadOnlyList<RecallHead> Heads { get; private set; } = [];

    /// <summary>The longest chunk in tokens, prefix included.</summary>
    public int Chunk { get; private set; }

    /// <summary>The number of tokens before its own that a chunk read.</summary>
    public int Overlap { get; private set; }

    /// <summary>The number of elements of a key.</summary>
    public int HeadDim { get; private set; }

    /// <summary>The number of bytes of the elements of a token's keys.</summary>
    public int Width => Heads.Count * HeadDim;

    /// <summary>The number of bytes of the scales of a token's keys.</summary>
    public int ScaleWidth => Heads.Count * sizeof(ushort);

    /// <summary>Returns the header of books that an engine reads.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="options">The settings.</param>
    /// <param name="prefix">The tokens before each chunk.</param>
    public static BookHeader Of(HomerEngine engine, ResolvedRecallOptions options, int[] prefix)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ModelEntry] = engine.Name,
            [ModelPathEntry] = HubCache.NameOf(engine.Folder) is null ? engine.Folder : "",
            [HeadsEntry] = string.Join('+', options.Heads),
            [ChunkEntry] = Text(options.Chunk),
            [OverlapEntry] = Text(options.Overlap),
            [WidthEntry] = Text(engine.Model.Config.HeadDim),
            [PrefixEntry] = Fingerprint(prefix),
            [VersionEntry] = Provenance.Version,
        };
        foreach ((string entry, string value) in Provenance.OfContext(engine.Model).Entries)
            entries[entry] = value;
        return Parsed(entries);
    }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="magic">The first bytes that it must have.</param>
    /// <returns>The header and the number of its bytes.</returns>
    /// <exception cref="InvalidDataException">The header is not there, cut or altered.</exception>
    /// <exception cref="HomerException">The file is of a newer version.</exception>
    public static (BookHeader Header, int Bytes) Read(BookBytes file, ReadOnlySpan<byte> magic)
    {
        byte[] first = file.Read(0, FixedBytes);
        if (!first.AsSpan(0, magic.Length).SequenceEqual(magic))
            throw new InvalidDataException("it does not begin like one");
        int version = BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(magic.Length));
        if (version != Version)
        {
            throw new HomerException(
                $"{Quoted.Path(file.Path)} has format {version}, and this version of Homer reads format {Version}; "
                + "use the version that wrote it, or read the files anew.");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(first.AsSpan(magic.Length + sizeof(int)));
        if (length is < 0 or > MostBytes)
            throw new InvalidDataException("the length of its header is impossible");
        byte[] whole = file.Read(0, FixedBytes + length + SHA256.HashSizeInBytes);
        if (!SHA256.HashData(whole.AsSpan(0, FixedBytes + length)).AsSpan().SequenceEqual(whole.AsSpan(FixedBytes + length)))
            throw new InvalidDataException("its header was altered");
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var fields = new BookFields(whole.AsSpan(FixedBytes, length));
        while (!fields.Left.IsEmpty)
        {
            if (!entries.TryAdd(fields.Text(), fields.Text()))
                throw new InvalidDataException("an entry of its header is there twice");
        }

        return (Parsed(entries), whole.Length);
    }

    /// <summary>Returns the header as bytes.</summary>
    public byte[] ToBytes(ReadOnlySpan<byte> magic)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        foreach ((string name, string value) in entries)
        {
            BookFields.Write(writer, name);
            BookFields.Write(writer, value);
        }

        byte[] fields = content.ToArray(), whole = new byte[FixedBytes + fields.Length + SHA256.HashSizeInBytes];
        magic.CopyTo(whole);
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(magic.Length), Version);
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(magic.Length + sizeof(int)), fields.Length);
        fields.CopyTo(whole, FixedBytes);
        SHA256.HashData(whole.AsSpan(0, FixedBytes + fields.Length), whole.AsSpan(FixedBytes + fields.Length));
        return whole;
    }

    /// <summary>Returns how the keys were made differently, in words that follow "made with"; null where they were made alike.</summary>
    public string? Difference(BookHeader other)
    {
        if (Provenance.DifferenceOf(entries, other.entries) is { } parts)
            return parts;
        (string Entry, string Words)[] settings =
        [
            (HeadsEntry, "the heads {0} instead of {1}"), (ChunkEntry, "chunks of {0} tokens instead of {1}"),
            (OverlapEntry, "an overlap of {0} tokens instead of {1}"), (WidthEntry, "keys of {0} elements instead of {1}"),
            (PrefixEntry, "other instructions before the document"),
        ];
        string[] different =
        [
            .. settings.Where(one => entries[one.Entry] != other.entries[one.Entry]).Select(one => one.Words
                .Replace("{0}", Quoted.Word(entries[one.Entry]), StringComparison.Ordinal)
                .Replace("{1}", Quoted.Word(other.entries[one.Entry]), StringComparison.Ordinal)),
        ];
        return different.Length == 0 ? null : string.Join(" and ", different);
    }

    /// <summary>Returns whether the keys were made behind a prefix.</summary>
    public bool Follows(int[] prefix) => entries[PrefixEntry] == Fingerprint(prefix);

    /// <summary>Returns what a model differs in from the one that made the keys; null where in nothing.</summary>
    public string? Difference(TransformerModel model) => Provenance.OfContext(model).Difference(entries);

    private static BookHeader Parsed(SortedDictionary<string, string> entries)
    {
        string[] needed = [ModelEntry, ModelPathEntry, HeadsEntry, ChunkEntry, OverlapEntry, WidthEntry, PrefixEntry];
        if (needed.Concat(Provenance.ContextEntries).FirstOrDefault(name => !entries.ContainsKey(name)) is { } missing)
            throw new InvalidDataException($"its header does not say its {missing}");
        var header = new BookHeader(entries)
        {
            Heads = RecallHead.Parse(entries[HeadsEntry]) ?? [],
            Chunk = Number(ChunkEntry),
            Overlap = Number(OverlapEntry),
            HeadDim = Number(WidthEntry),
        };
        bool isPossible = header.Heads.Count is >= 1 and <= RecallSettings.MostHeads
            && header.Chunk > 0 && header.HeadDim is > 0 and <= MostElements;
        return isPossible ? header : throw new InvalidDataException("the settings of its header are impossible");

        int Number(string name) => int.TryParse(entries[name], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException($"its {name} is no number");
    }

    private static string Fingerprint(int[] ids) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(ids.AsSpan())));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
