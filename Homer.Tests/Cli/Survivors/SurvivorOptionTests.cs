using System.CommandLine;
using Homer.Cli.Commands;
using Homer.Cli.Options;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Survivors;

public sealed class SurvivorOptionTests : IDisposable
{
    private static readonly string Chronicle = string.Concat(Enumerable.Repeat("Mara sold 12 sacks of grain. ", 60));

    private readonly TemporaryFolder folder = new TemporaryFolder().With("chronicle.txt", Chronicle);

    [Fact]
    public void Ask_writes_the_page()
    {
        Assert.Equal(0, Run(
            "ask", "Who sold grain?", "--document", folder["chronicle.txt"], "--chunk", "64", "--max-tokens", "2",
            "--survivors", folder["page.html"]));
        AssertPage("Who sold grain?");
    }

    [Fact]
    public void The_page_has_the_passages_that_the_answer_rests_on()
    {
        var chronicle = new VillageChronicle(7);
        HiddenObject fact = chronicle.HiddenObjects(1)[0];
        folder.With("chronicle.txt", $"{Sentences(40)}\n{Sentences(20)} {fact.Sentence} {Sentences(40)}");
        Assert.Equal(0, Run("ask", fact.Question, "--document", folder["chronicle.txt"], "--survivors", folder["page.html"]));
        AssertPage(fact.Question, fact.Sentence);
        string page = File.ReadAllText(folder["page.html"]);
        Assert.Contains($$"""{"file":"chronicle.txt","line":2,"text":"{{fact.Sentence}}","first":""", page, StringComparison.Ordinal);

        string Sentences(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => chronicle.Sentence()));
    }

    [Fact]
    public void Compress_writes_the_page()
    {
        Assert.Equal(0, Run(
            "compress", "--document", folder["chronicle.txt"], "--suffix", "Who sold grain?", "--chunk", "64", "--out", folder["cache"],
            "--survivors", folder["page.html"]));
        AssertPage("Who sold grain?");
    }

    [Fact]
    public void A_page_without_survivors_is_refused()
    {
        string plain = Refuse("ask", "Why?", "--document", folder["chronicle.txt"], "--method", "plain");
        Assert.Contains("--method plain", plain, StringComparison.Ordinal);
        Assert.Contains("--ids", Refuse("compress", "--ids", folder["ids.json"], "--out", folder["cache"]), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["page.html"]));

        string Refuse(params string[] arguments) =>
            Assert.Throws<UsageException>(() => Run([.. arguments, "--survivors", folder["page.html"]])).Message;
    }

    public void Dispose() => folder.Dispose();

    private static int Run(params string[] arguments)
    {
        var root = new RootCommand { CommonOptions.Device, CommonOptions.Json, AskCommand.Create(), CompressCommand.Create() };
        ParseResult parsed = root.Parse([.. arguments, "--model", RepositoryFiles.HomerMini, "--device", "cpu"]);
        return parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
    }

    private void AssertPage(string question, string text = "12 sacks of grain")
    {
        string page = File.ReadAllText(folder["page.html"]);
        Assert.Contains("chronicle.txt: what survived", page, StringComparison.Ordinal);
        Assert.Contains(question, page, StringComparison.Ordinal);
        Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, page, StringComparison.Ordinal);
        Assert.DoesNotContain(RepositoryFiles.HomerMini, page, StringComparison.Ordinal);
    }
}
