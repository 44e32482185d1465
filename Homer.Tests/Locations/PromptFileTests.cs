using Homer.Engine;
using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Locations;

/// <summary>The words that somebody wrote for a model are found in its folder, or beside its GGUF file.</summary>
public sealed class PromptFileTests : IDisposable
{
    private const string Words = """{"prefix":"Read.","question":"{question}?","stop":"."}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("m.gguf", "homer-prompt.json", true)]
    [InlineData("m.gguf", "m.homer-prompt.json", true)]
    [InlineData("m.gguf", "n.homer-prompt.json", false)]
    [InlineData("m-00001-of-00002.gguf", "m.homer-prompt.json", true)]
    public void Words_beside_a_GGUF_file_count(string model, string file, bool counts)
    {
        folder.With(model, "GGUF").With(file, Words);
        Assert.Equal(counts ? "Read." : PromptTemplate.Default.Prefix, PromptTemplate.Read(folder[model]).Prefix);
    }

    [Fact]
    public void Those_of_the_file_itself_come_first()
    {
        folder.With("m.gguf", "GGUF").With("homer-prompt.json", "{").With("m.homer-prompt.json", Words);
        Assert.Equal(folder["m.homer-prompt.json"], PromptFile.Of(folder["m.gguf"]));
        Assert.Equal("Read.", PromptTemplate.Read(folder["m.gguf"]).Prefix);
        Refused.With("homer-prompt.json", () => PromptTemplate.Read(folder.Path));
    }

    [Fact]
    public void They_change_the_fingerprint_of_the_template()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("tokenizer.chat_template", "{{ messages }}");
        string path = file.Save(folder["m.gguf"]), before = Fingerprint(path);
        folder.With("m.homer-prompt.json", Words);
        Assert.NotEqual(before, Fingerprint(path));
        File.Delete(folder["m.homer-prompt.json"]);
        Assert.Equal(before, Fingerprint(path));
    }

    [Theory]
    [InlineData("chat_template.jinja")]
    [InlineData("chat_template.tool_use.jinja")]
    [InlineData("additional_chat_templates/rag.jinja")]
    [InlineData("homer-prompt.json")]
    public void Each_file_of_a_template_changes_its_fingerprint(string file)
    {
        using var model = new CopiedModel();
        string path = model.Save(), before = Fingerprint(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(path, file))!);
        File.WriteAllText(Path.Combine(path, file), "a");
        string with = Fingerprint(path);
        File.WriteAllText(Path.Combine(path, file), "b");
        Assert.Equal(3, new HashSet<string> { before, with, Fingerprint(path) }.Count);
    }

    private static string Fingerprint(string path)
    {
        using ModelSource source = ModelSource.Open(path);
        return new ModelFingerprints(source.Weights, source.Config, path).Template;
    }
}
