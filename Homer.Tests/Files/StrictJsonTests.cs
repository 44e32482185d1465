using System.Text;
using Homer.Engine.Files;
using Homer.Tests.Support;

namespace Homer.Tests.Files;

public sealed class StrictJsonTests : IDisposable
{
    private const string Json = """{"name":"Zoë 日本","numbers":[1,2]}""";

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32"];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Encodings))]
    public void Byte_order_marks_are_taken_off(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        folder.With("file", [.. encoding.GetPreamble(), .. encoding.GetBytes(Json)]);
        Assert.Equal("Zoë 日本", JsonFile.Read(folder["file"], json => json.GetProperty("name").GetString()));
    }

    [Fact]
    public void Numbers_that_only_Python_writes_become_their_names()
    {
        folder.With("file", """{"a":[0.0,Infinity],"b":-Infinity,"c":NaN,"d":"Infinity and \"NaN\""}""");
        Assert.Equal(
            ("Infinity", "-Infinity", "NaN", "Infinity and \"NaN\""),
            JsonFile.Read(folder["file"], json => (
                json.GetProperty("a")[1].GetString(), json.GetProperty("b").GetString(), json.GetProperty("c").GetString(),
                json.GetProperty("d").GetString())));
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""", "not Unicode")]
    [InlineData("""{"\udc00":1}""", "not Unicode")]
    [InlineData("""{"a":[{"b":["\ud800x"]}]}""", "not Unicode")]
    [InlineData("""{"a":1""", "not valid JSON")]
    [InlineData("""{"a":Infinite}""", "not valid JSON")]
    [InlineData("", "empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("../../blobs/0123abcd", "path of another file")]
    [InlineData("GGUF\u0003", "GGUF")]
    public void What_is_not_JSON_is_refused(string content, string word)
    {
        folder.With("file", content);
        Refused.With(word, () => JsonFile.Read(folder["file"], json => json.ValueKind));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        folder.With("file", [.. "{\"a\":\""u8, 0xff, .. "\"}"u8]);
        Refused.With("not UTF-8", () => JsonFile.Read(folder["file"], json => json.ValueKind));
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        using (FileStream file = File.Create(folder["file"]))
            file.SetLength(1L << 40);
        Refused.With("more than", () => JsonFile.Read(folder["file"], json => json.ValueKind));
        using var endless = new Endless();
        Refused.With("more than 1000 bytes", () => FileContent.Read(endless, "endless", 1000));
    }

    private sealed class Endless : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => buffer.Length;
    }
}
