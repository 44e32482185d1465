using Homer.Engine.Evaluation.Trials;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation.Trials;

public sealed class TrialLogTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["task"] = "passkey", ["seed"] = "1" };

    private const string Measured = "\"tokens\":9,\"read_seconds\":1,\"score_seconds\":1,\"peak_bytes\":1}";

    private readonly TemporaryFolder folder = new();

    private string Path => folder["trials.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_measured_is_there_again()
    {
        Trial[] measured =
        [
            TestTrials.Of("homer:best,pooling=1", 1024, 7, true, 0.25), TestTrials.Of("plain", 1024, 7, false, 0.25, question: 2),
            TestTrials.Of("plain", 2048, cost: (12.345678901234567, 256)) with { Source = "a \"text\"\nfile.txt", ForecastBytes = 12 },
        ];
        Write(measured);
        using TrialLog log = TrialLog.Open(Path, Settings);
        Assert.Equal(measured, log.Trials);
        Assert.True(log.Contains(measured[1].Key));
        Assert.False(log.Contains(measured[1].Key with { Question = 1 }));
        Assert.False(log.Contains(measured[1].Key with { Depth = null }));
    }

    [Fact]
    public void A_file_cut_off_anywhere_goes_on_from_its_last_whole_line()
    {
        Trial[] measured = [TestTrials.Of("a", 1024, right: true), TestTrials.Of("ä", 2048, right: false)];
        Write(measured);
        byte[] whole = File.ReadAllBytes(Path);
        for (int kept = 0; kept < whole.Length; kept++)
        {
            File.WriteAllBytes(Path, whole[..kept]);
            using (TrialLog log = TrialLog.Open(Path, Settings))
            {
                int lines = whole.AsSpan(0, kept).Count((byte)'\n');
                Assert.Equal(measured.Take(lines - 1), log.Trials);
                foreach (Trial missing in measured.Skip(log.Trials.Count))
                    log.Append(missing);
            }

            Assert.Equal(whole, File.ReadAllBytes(Path));
        }
    }

    [Fact]
    public void A_trial_that_is_there_twice_counts_once()
    {
        Write(TestTrials.Of("a", 1024, right: true));
        File.AppendAllLines(Path, [File.ReadAllLines(Path)[1]]);
        using TrialLog log = TrialLog.Open(Path, Settings);
        Assert.Single(log.Trials);
    }

    [Fact]
    public void Trials_with_other_settings_are_not_mixed_in()
    {
        Write(TestTrials.Of("a", 1024));
        Refused.With("seed '1', not '2'", () => TrialLog.Open(Path, new Dictionary<string, string>(Settings) { ["seed"] = "2" }));
        Refused.With("facts 'none', not '3'", () => TrialLog.Open(Path, new Dictionary<string, string>(Settings) { ["facts"] = "3" }));
        Refused.With("seed '1', not 'none'", () => TrialLog.Open(Path, new Dictionary<string, string> { ["task"] = "passkey" }));
    }

    [Fact]
    public void Commands_are_kept_with_the_trials_that_they_measured()
    {
        foreach ((string command, Trial[] trials) in new (string, Trial[])[]
        {
            ("homer eval one", [TestTrials.Of("a", 1024), TestTrials.Of("a", 2048)]),
            ("homer eval nothing new", []),
            ("homer eval two", [TestTrials.Of("b", 1024)]),
        })
        {
            using TrialLog log = TrialLog.Open(Path, Settings);
            log.Begin(command);
            foreach (Trial trial in trials)
                log.Append(trial);
        }

        var read = TrialLog.Read(Path);
        Assert.Equal(["homer eval one", "homer eval two"], read.Commands);
        Assert.Equal(Settings, read.Settings);
        Assert.Equal(3, read.Trials.Count);
    }

    [Fact]
    public void Reading_alone_changes_nothing_and_takes_any_settings()
    {
        Write(TestTrials.Of("a", 1024));
        File.AppendAllText(Path, "{\"variant\":\"cut o");
        byte[] before = File.ReadAllBytes(Path);
        Assert.Single(TrialLog.Read(Path).Trials);
        Assert.Equal(before, File.ReadAllBytes(Path));
        File.WriteAllBytes(Path, []);
        Refused.With("line 1", () => TrialLog.Read(Path));
        Refused.With("cannot read", () => TrialLog.Read(folder["none"]));
    }

    [Theory]
    [InlineData("{\"command\":3}")]
    [InlineData("{\"command\":null}")]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"variant":"a","length":1024,"number":1,"question":0,"tokens":9,"read_seconds":1,"score_seconds":1}""")]
    [InlineData("""{"variant":"a","length":"1024","number":1,"question":0,""" + Measured)]
    [InlineData("""{"variant":"a","length":-1,"number":1,"question":0,""" + Measured)]
    [InlineData("""{"variant":"a","length":1024,"depth":1.5,"number":1,"question":0,""" + Measured)]
    [InlineData("""{"variant":"a","length":1024,"nats":1.5,"number":1,"question":0,""" + Measured)]
    [InlineData("""{"variant":null,"length":1024,"number":1,"question":0,""" + Measured)]
    [InlineData("""{"variant":"a","length":1024,"length":1024,"number":1,"question":0,""" + Measured)]
    public void A_line_that_is_no_trial_is_named(string line)
    {
        Write(TestTrials.Of("a", 512));
        File.AppendAllText(Path, line + "\n");
        byte[] before = File.ReadAllBytes(Path);
        Refused.With("line 3", () => TrialLog.Open(Path, Settings));
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Theory]
    [InlineData("notes of mine")]
    [InlineData("{\"precious\":\"my data\"}")]
    [InlineData("{\"settings\":{\"precious\":\"my data\"}}")]
    [InlineData("{\"settings\":[1")]
    [InlineData("notes of mine\nin two lines\n")]
    [InlineData("{\"settings\":null}\n")]
    [InlineData("{\"settings\":{\"task\":1}}\n")]
    public void A_file_that_is_no_log_is_left_alone(string text)
    {
        File.WriteAllText(Path, text);
        Refused.With("line 1", () => TrialLog.Open(Path, Settings));
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("{\"precious\":\"my data\"}", false)]
    [InlineData("notes of mine\n", false)]
    [InlineData("", true)]
    [InlineData("{\"sett", true)]
    public void Whether_a_file_can_be_continued_is_known_without_the_settings(string text, bool isLog)
    {
        File.WriteAllText(Path, text);
        if (isLog)
            TrialLog.RequireLog(Path);
        else
            Refused.With("line 1", () => TrialLog.RequireLog(Path));
        TrialLog.RequireLog(folder["none"]);
    }

    [Fact]
    public void Two_runs_cannot_write_at_once()
    {
        using TrialLog log = TrialLog.Open(Path, Settings);
        Refused.With("cannot write", () => TrialLog.Open(Path, Settings));
    }

    private void Write(params Trial[] trials)
    {
        using TrialLog log = TrialLog.Open(Path, Settings);
        foreach (Trial trial in trials)
            log.Append(trial);
    }
}
