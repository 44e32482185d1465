using System.Text.RegularExpressions;
using System.Xml.Linq;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Trials;
using Homer.Tests.Evaluation.Trials;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Reports;

public sealed partial class ReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_logs_become_one_page_that_needs_nothing_else()
    {
        Log(
            "passkey", "passkey", TestTrials.Of("homer", 1024, 1, true, 0), TestTrials.Of("homer", 1024, 2, false, 1),
            TestTrials.Of("a<b>&c", 1024, 1, true, 0));
        Log("qa", "qa", TestTrials.Of("homer", 1024, 1, true, 0.31));
        Log("more-qa", "qa", TestTrials.Of("homer", 1024, 1, true, 0.31));
        Log("perplexity", "perplexity", TestTrials.Of("homer", 1024, cost: (300, 256)), TestTrials.Of("plain", 1024, cost: (900, 256)));
        Log("memory", "memory", TestTrials.Of("homer", 1024, 900, true), TestTrials.Of("plain", 2048, 5000, false));
        Log("ablation", "ablation", TestTrials.Of("homer:paper,pruning=random,refinement=none", 1024, 1, false, 0));
        IReadOnlyList<string> written = ReportFolder.Write(folder.Path, "A <title>");

        string page = File.ReadAllText(folder["index.html"]);
        Assert.Equal(
            ["passkey", "more-qa", "qa", "perplexity", "memory", "ablation"],
            SectionId().Matches(page).Select(match => match.Groups[1].Value));
        Assert.Contains("<title>A &lt;title&gt;</title>", page, StringComparison.Ordinal);
        Assert.Contains("a&lt;b&gt;&amp;c", page, StringComparison.Ordinal);
        Assert.Contains("homer eval &lt;passkey&gt;", page, StringComparison.Ordinal);
        Assert.Contains("50 (9–91)", page, StringComparison.Ordinal);
        Assert.Contains(Math.Exp(300.0 / 256).ToString("0.00"), page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href|url)\s*[=(]\s*[""']?(?!#)[a-z/]", page);

        string text = File.ReadAllText(folder["report.md"]);
        foreach (Match figure in Figure().Matches(text))
            XDocument.Load(folder[figure.Groups[1].Value]);
        Assert.Equal(
            written.Where(path => path.EndsWith(".svg", StringComparison.Ordinal)).Select(Path.GetFileName),
            Figure().Matches(text).Select(match => match.Groups[1].Value));
        Assert.Contains("| homer | 50 (9–91) |", text, StringComparison.Ordinal);
        Assert.Contains(@"a\<b>&c", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_that_a_page_cannot_hold_are_replaced()
    {
        Log("passkey", "passkey", TestTrials.Of("odd\u0001\ud83d\ude00\u001b", 1024, 1, true, 0), TestTrials.Of("homer", 2048, 1, true, 0));
        ReportFolder.Write(folder.Path, "\u0002title");
        string page = File.ReadAllText(folder["index.html"]);
        Assert.Contains("odd\ufffd\ud83d\ude00\ufffd", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', page);
    }

    [Fact]
    public void Pipes_in_the_folder_are_passed_over()
    {
        Unix.Require();
        Log("passkey", "passkey", TestTrials.Of("homer", 1024, 1, true, 0));
        Unix.Pipe(folder["pipe.jsonl"]);
        Assert.NotEmpty(ReportFolder.Write(folder.Path, "title"));
    }

    [Fact]
    public void Without_trials_there_is_nothing_to_report()
    {
        Refused.With("nothing to report", () => ReportFolder.Write(folder.Path, "title"));
        Refused.With("no folder", () => ReportFolder.Write(folder["missing"], "title"));
        folder.With("notes.jsonl", "{}\n");
        Refused.With("line 1", () => ReportFolder.Write(folder.Path, "title"));
    }

    private void Log(string name, string task, params Trial[] trials)
    {
        using TrialLog log = TrialLog.Open(folder[name + ".jsonl"], new Dictionary<string, string> { ["task"] = task, ["model"] = "mini" });
        log.Begin("homer eval <passkey>");
        foreach (Trial trial in trials)
            log.Append(trial);
    }

    [GeneratedRegex("<section id=\"([^\"]+)\"")]
    private static partial Regex SectionId();

    [GeneratedRegex(@"!\[[^]]*\]\(([^)]+)\)")]
    private static partial Regex Figure();
}
