using System.Text;
using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Documents by name and by standard input, in any encoding and locale, and files that are no documents.</summary>
public sealed class InputTests : IDisposable
{
    private const string Document = "Café Zoë says: the pass key is #12345. 日本語";

    private readonly TemporaryFolder folder = new();

    public static TheoryData<byte[]> Encodings => new(
        Encoding.UTF8.GetBytes(Document), Encoding.UTF8.GetBytes('\ufeff' + Document), Encoding.Unicode.GetBytes('\ufeff' + Document));

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Encodings))]
    public void A_document_has_as_many_tokens_however_it_comes(byte[] bytes)
    {
        folder.With("document", bytes);
        int expected = TokenizerLoader.Load(RepositoryFiles.HomerMini).Encode(Document).Length;
        Assert.Equal(expected, Tokens([], "C.UTF-8", folder["document"]));
        Assert.Equal(expected, Tokens(bytes, "de_DE.ISO-8859-1", "-"));
        Assert.Equal(expected, Tokens(bytes, "C", "-"));
    }

    [Fact]
    public void A_document_without_text_or_that_is_none_is_refused()
    {
        folder.With("empty", "").With("blank", " \n\t\n").With("book.pdf", "%PDF-1.7\n");
        Explain([], "C.UTF-8", folder["empty"]).AssertRefused(1, "has no text");
        Explain([], "C.UTF-8", folder["blank"]).AssertRefused(1, "has no text");
        Explain([], "C.UTF-8", folder["book.pdf"]).AssertRefused(1, "pdftotext");
        Explain([], "C.UTF-8", folder.Path).AssertRefused(1, "give text files");
        Explain([.. "  \n"u8], "C.UTF-8", "-").AssertRefused(1, "standard input");
        Explain([0x1f, 0x8b, 8, 0], "C.UTF-8", "-").AssertRefused(1, "gzip");
    }

    [Fact]
    public void A_template_that_asks_nothing_is_refused()
    {
        foreach (string path in Directory.GetFiles(RepositoryFiles.HomerMini))
            File.Copy(path, folder[Path.GetFileName(path)]);
        folder.With("homer-prompt.json", """{"prefix":"Read.","question":"Question:","stop":"."}""").With("document", Document);
        HomerProcess run = HomerProcess.Run("ask", "--model", folder.Path, "--document", folder["document"], "What?", "--explain");
        run.AssertRefused(1, "{question}");
    }

    [Fact]
    public void Ids_with_a_byte_order_mark_are_read()
    {
        folder.With("ids", "\ufeff{\"ids\":[1,2,3]}");
        JsonElement json = HomerProcess.RunJson(
            "logits", "--model", RepositoryFiles.HomerMini, "--ids", folder["ids"], "--out", folder["out"]);
        Assert.Equal(3, json.GetProperty("tokens").GetInt32());
    }

    private static HomerProcess Explain(byte[] input, string locale, string document) => HomerProcess.RunWithInput(
        input, locale, "ask", "--model", RepositoryFiles.HomerMini, "--document", document, "Q", "--explain", "--json");

    // All commands read their documents by the same method, and this one does nothing else.
    private static int Tokens(byte[] input, string locale, string document)
    {
        HomerProcess run = HomerProcess.RunWithInput(
            input, locale, "tokenize", "--model", RepositoryFiles.HomerMini, "--document", document, "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty("count").GetInt32();
    }
}
