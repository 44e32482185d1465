using Homer.Engine;
using Homer.Tests.Support;

namespace Homer.Tests;

public sealed class PromptTemplateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"prefix":"Read.","question":"Question:","stop":"."}""", "lacks {question}")]
    [InlineData("""{"prefix":"Read.","question":"{question}"}""", "its stop is missing")]
    [InlineData("""{"prefix":1,"question":"{question}","stop":"."}""", "its prefix")]
    [InlineData("""{"prefix":"","question":null,"stop":"."}""", "its question")]
    [InlineData("""{"prefix":"","question":"{question}","stop":".","suffix":"x"}""", "unknown member 'suffix'")]
    [InlineData("""{"prefix":"","question":"{question}","stop":".","a\u001b[31m\n":"x"}""", "'a?[31m?'")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"prefix":"\ud800","question":"{question}","stop":"."}""", "not Unicode")]
    public void A_template_that_asks_nothing_or_is_broken_is_refused(string json, string word)
    {
        folder.With(PromptTemplate.FileName, json);
        Refused.With(word, () => PromptTemplate.Read(folder.Path));
    }

    [Fact]
    public void A_template_is_read_with_a_byte_order_mark_and_without()
    {
        const string Json = """{"prefix":"Read.","question":"Q: {question} A:","stop":"."}""";
        folder.With(PromptTemplate.FileName, Json);
        PromptTemplate plain = PromptTemplate.Read(folder.Path);
        Assert.Equal("Q: Why? A:", plain.Ask(" Why? "));
        folder.With(PromptTemplate.FileName, "\ufeff" + Json);
        Assert.Equal(plain, PromptTemplate.Read(folder.Path));
    }

    [Fact]
    public void A_folder_without_one_has_the_default() => Assert.Equal(PromptTemplate.Default, PromptTemplate.Read(folder.Path));
}
