using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Homer.Engine.Files;

/// <summary>
/// A file of another kind than the one that is read, recognized by its first bytes, so that a message can name it and say what to do.
/// </summary>
/// <param name="What">The kind, with its article.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed partial record ForeignFile(string What, string Remedy)
{
    /// <summary>The number of first bytes that suffice to recognize a file.</summary>
    internal const int HeadBytes = 4096;

    private const string Again = "download the file itself";
    private const string Extract = "extract its text first, and give that";
    private const string Unpack = "unpack it, and give the text in it";
    private const string NoText = "Homer reads text";
    private const string Save = "save it as plain text, and give that";
    private const string ExtractPdf = "extract its text first, for example with pdftotext, and give that";
    private const string Convert = "convert it to safetensors, or download the safetensors files of the model";

    // The first bytes of files that are not text, and where they stand.
    private static readonly (int At, byte[] Bytes, string What, string Remedy)[] Signatures =
    [
        (0, [.. "GGUF"u8], "a GGUF file", "give it as --model FILE.gguf"),
        (0, [.. "%PDF-"u8], "a PDF", ExtractPdf),
        (0, [.. "{\\rtf"u8], "a document in Rich Text Format", Save),
        (0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "an old Office document", Save),
        (0, [0x1f, 0x8b], "a gzip file", "unpack it first, for example with gunzip"),
        (0, [.. "BZh"u8], "a bzip2 file", Unpack),
        (0, [0xfd, .. "7zXZ"u8], "an xz file", Unpack),
        (0, [0x28, 0xb5, 0x2f, 0xfd], "a zstd file", Unpack),
        (0, [.. "7z"u8, 0xbc, 0xaf], "a 7-Zip archive", Unpack),
        (0, [.. "Rar!"u8], "a RAR archive", Unpack),
        (257, [.. "ustar"u8], "a tar archive", Unpack),
        (0, [0x7f, .. "ELF"u8], "a program", NoText),
        (0, [.. "MZ"u8, 0x90, 0], "a program", NoText),
        (0, [0xcf, 0xfa, 0xed, 0xfe], "a program", NoText),
        (0, [0x89, .. "PNG"u8], "a picture", Extract),
        (0, [0xff, 0xd8, 0xff], "a picture", Extract),
        (0, [.. "GIF8"u8], "a picture", Extract),
        (0, [.. "II*"u8, 0], "a picture", Extract),
        (0, [.. "MM"u8, 0, 42], "a picture", Extract),
        (8, [.. "WEBP"u8], "a picture", Extract),
        (8, [.. "WAVE"u8], "a sound", NoText),
        (0, [.. "ID3"u8], "a sound", NoText),
        (0, [.. "OggS"u8], "a sound or film", NoText),
        (0, [.. "fLaC"u8], "a sound", NoText),
        (4, [.. "ftyp"u8], "a film", NoText),
        (0, [.. "SQLite format 3"u8], "a database", NoText),
        (0, [.. "PAR1"u8], "a Parquet file", NoText),
        (0, [0x89, .. "HDF"u8], "an HDF5 file", NoText),
    ];

    /// <summary>Recognizes a file in the place of a document; null for one that may be text.</summary>
    /// <param name="bytes">The file, or its first <see cref="HeadBytes"/> bytes.</param>
    internal static ForeignFile? AsDocument(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> head = Head(bytes);
        return LfsPointer(head) ?? Binary(head);
    }

    /// <summary>
    /// Recognizes a file in the place of one of a model's; null for one that may be right. A safetensors file is one of a model's too.
    /// </summary>
    /// <param name="bytes">The file, or its first <see cref="HeadBytes"/> bytes.</param>
    internal static ForeignFile? AsModelFile(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> head = Head(bytes);
        return head.IsEmpty
            ? new("empty", "download it again")
            : LfsPointer(head) ?? InModel(Binary(head)) ?? Markup(head) ?? LinkTarget(head) ?? Vocabulary(head);
    }

    /// <summary>Returns the refusal of a file in the place of another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The kind that is expected, with its article.</param>
    internal HomerException Refusal(string path, string expected) =>
        new($"{Quoted.Path(path)} is not {expected}: it is {What}; {Remedy}.");

    // What helps where a text is expected does not help in the folder of a model.
    private static ForeignFile? InModel(ForeignFile? found) => found is { Remedy: Extract or ExtractPdf or Save or Unpack or NoText }
        ? found with { Remedy = Again }
        : found;

    private static ReadOnlySpan<byte> Head(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, HeadBytes)];

    private static ForeignFile? LfsPointer(ReadOnlySpan<byte> head) => head.StartsWith("version https://git-lfs.github.com/spec"u8)
        ? new("a Git LFS pointer", "run git lfs pull in its folder, or " + Again)
        : null;

    private static ForeignFile? Binary(ReadOnlySpan<byte> head)
    {
        foreach ((int at, byte[] bytes, string what, string remedy) in Signatures)
        {
            if (head.Length > at && head[at..].StartsWith(bytes))
                return new(what, remedy);
        }

        return Zip(head) ?? Pickle(head) ?? Safetensors(head);
    }

    private static ForeignFile? Zip(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("PK\x03\x04"u8))
            return null;
        if (head.IndexOf("/data.pkl"u8) >= 0)
            return new("a PyTorch checkpoint", Convert);
        bool isBook = head.IndexOf("application/epub+zip"u8) >= 0;
        bool isOffice = head.IndexOf("[Content_Types].xml"u8) >= 0 || head.IndexOf("opendocument"u8) >= 0 || head.IndexOf("word/"u8) >= 0;
        return isBook ? new("an EPUB", Extract)
            : isOffice ? new("an Office document", Save)
            : new("a zip archive", Unpack);
    }

    private static ForeignFile? Pickle(ReadOnlySpan<byte> head) => head is [0x80, >= 2 and <= 5, ..]
        ? new("a Python pickle, such as a PyTorch checkpoint", Convert)
        : null;

    // Eight bytes of length, then JSON.
    private static ForeignFile? Safetensors(ReadOnlySpan<byte> head) =>
        head.Length > 9 && head[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(head) < 1 << 30
            ? new("a safetensors file", "give the folder of the model as --model")
            : null;

    private static ForeignFile? Markup(ReadOnlySpan<byte> head) => HtmlBeginning().IsMatch(Encoding.Latin1.GetString(head))
        ? new("a web page", "the download failed or needs a login: " + Again)
        : null;

    // A checkout or an archive without symbolic links leaves the link's target as text.
    private static ForeignFile? LinkTarget(ReadOnlySpan<byte> head) =>
        head.Length < 512 && PathAlone().IsMatch(Encoding.Latin1.GetString(head))
        ? new("the path of another file, as a symbolic link becomes where links are not kept", "copy the file here that it names")
        : null;

    private static ForeignFile? Vocabulary(ReadOnlySpan<byte> head) => TokensInBase64().IsMatch(Encoding.Latin1.GetString(head))
        ? new(
            "a tiktoken vocabulary, as Llama 3 has beside its own format",
            "use the tokenizer of the model's folder in Hugging Face layout")
        : null;

    [GeneratedRegex(@"^(\xEF\xBB\xBF)?\s*<(!doctype\s+html|html|head|\?xml)", RegexOptions.IgnoreCase)]
    private static partial Regex HtmlBeginning();

    [GeneratedRegex(@"^\.{0,2}[\w.+-]*([/\\][\w.+ -]+)+\s*$")]
    private static partial Regex PathAlone();

    [GeneratedRegex(@"^([A-Za-z0-9+/]+={0,2} \d+\r?\n){3}")]
    private static partial Regex TokensInBase64();
}
