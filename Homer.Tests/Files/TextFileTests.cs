using System.Text;
using Homer.Engine.Files;
using Homer.Tests.Support;

namespace Homer.Tests.Files;

public sealed class TextFileTests : IDisposable
{
    private const string Text = "Café Zoë says: the pass key is #12345. 日本語 😀\n";

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, byte[]> Encodings => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes(Text) },
        { "UTF-8 with a mark", Marked(new UTF8Encoding(true)) },
        { "UTF-16, little end first", Marked(new UnicodeEncoding(false, true)) },
        { "UTF-16, big end first", Marked(new UnicodeEncoding(true, true)) },
        { "UTF-16 without a mark", new UnicodeEncoding(false, false).GetBytes(Text) },
        { "UTF-16 without a mark, big end first", new UnicodeEncoding(true, false).GetBytes(Text) },
        { "UTF-32, little end first", Marked(new UTF32Encoding(false, true)) },
        { "UTF-32, big end first", Marked(new UTF32Encoding(true, true)) },
    };

    public static TheoryData<string, byte[]> NoTexts => new()
    {
        { "PDF", [.. "%PDF-1.7\n"u8] },
        { "pdftotext", [.. "%PDF-1.4\n"u8] },
        { "gzip", [0x1f, 0x8b, 8, 0] },
        { "zip archive", [.. "PK\x03\x04"u8, 20, 0, .. "a.txt"u8] },
        { "Office document", [.. "PK\x03\x04"u8, 20, 0, .. "[Content_Types].xml"u8] },
        { "EPUB", [.. "PK\x03\x04"u8, 20, 0, .. "mimetypeapplication/epub+zip"u8] },
        { "old Office", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
        { "Rich Text", [.. "{\\rtf1\\ansi"u8] },
        { "program", [0x7f, .. "ELF"u8, 2] },
        { "picture", [0x89, .. "PNG\r\n"u8] },
        { "picture", [0xff, 0xd8, 0xff, 0xe0] },
        { "sound", [.. "ID3"u8, 4] },
        { "database", [.. "SQLite format 3\0"u8] },
        { "GGUF", [.. "GGUF"u8, 3, 0, 0, 0] },
        { "safetensors", [8, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\":1} "u8] },
        { "Git LFS pointer", [.. "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8] },
        { "PyTorch", [0x80, 2, (byte)'}'] },
        { "control characters", [.. "one"u8, 0, 0, 0, .. "two three"u8] },
        { "iconv", [.. Encoding.Latin1.GetBytes("Ünïcödé äöü ÄÖÜ ßßß")] },
    };

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Encodings))]
    public void The_same_text_comes_of_every_encoding(string encoding, byte[] bytes)
    {
        folder.With("text", bytes);
        Assert.Equal((encoding, Text), (encoding, TextFile.Read(folder["text"], note => Assert.Fail(note))));
        using var stream = new MemoryStream(bytes);
        Assert.Equal(Text, TextFile.Read(stream, "standard input", note => Assert.Fail(note)));
    }

    [Theory, MemberData(nameof(NoTexts))]
    public void What_is_no_text_is_refused_by_name(string what, byte[] bytes)
    {
        folder.With("text", bytes);
        Refused.With(what, () => TextFile.Read(folder["text"]));
        using var stream = new MemoryStream(bytes);
        Refused.With(what, () => TextFile.Read(stream, "standard input"));
    }

    [Fact]
    public void Single_broken_bytes_are_replaced_and_noted()
    {
        folder.With("text", [.. "one line\nand a caf"u8, 0xe9, .. " on the second line\nand a third one, all of it UTF-8"u8]);
        List<string> notes = [];
        Assert.Contains("caf\ufffd on", TextFile.Read(folder["text"], notes.Add), StringComparison.Ordinal);
        string note = Assert.Single(notes);
        Assert.Contains("UTF-8 in 1 place, the first in line 2", note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replacement_character_of_the_text_is_no_fault()
    {
        folder.With("text", "an \ufffd in a text");
        Assert.Equal("an \ufffd in a text", TextFile.Read(folder["text"], note => Assert.Fail(note)));
    }

    [Fact]
    public void Escape_sequences_and_form_feeds_are_text()
    {
        const string Written = "\u001b[31mred\u001b[0m\fnext page\tand so on";
        folder.With("text", Written);
        Assert.Equal(Written, TextFile.Read(folder["text"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n\u00a0")]
    public void A_document_without_text_is_refused(string text) =>
        Refused.With("'doc.txt' has no text", () => TextFile.RequireText(text, "doc.txt"));

    [Fact]
    public void Folders_and_missing_files_are_named()
    {
        Refused.With("is a folder", () => TextFile.Read(folder.Path));
        Refused.With("no such file", () => TextFile.Read(folder["absent"]));
    }

    private static byte[] Marked(Encoding encoding) => [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
}
