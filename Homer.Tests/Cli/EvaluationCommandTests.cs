using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests <c>homer eval</c> as a user runs it.</summary>
public sealed class EvaluationCommandTests : IDisposable
{
    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pass_keys_are_counted_and_a_second_run_only_adds_what_is_missing()
    {
        string[] line =
        [
            "eval", "passkey", "--model", Mini, "--lengths", "600", "--depths", "0.2,0.8", "--documents", "1", "--method", "homer",
            "--out", folder["log"],
        ];
        JsonElement cell = Assert.Single(HomerProcess.RunJson(line).GetProperty("cells").EnumerateArray());
        Assert.Equal("homer", cell.GetProperty("variant").GetString());
        Assert.Equal((600, 2), (cell.GetProperty("length").GetInt32(), cell.GetProperty("trials").GetInt32()));
        string[] first = File.ReadAllLines(folder["log"]);
        Assert.Equal(4, first.Length);

        HomerProcess again = HomerProcess.Run([.. line, "--method", "truncate"]);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Contains("truncate", again.Output, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllLines(folder["log"])[..4]);
        Assert.Equal(7, File.ReadAllLines(folder["log"]).Length);

        RefusedCommand.With(1, "seed", [.. line, "--seed", "2"]);
        RefusedCommand.With(1, "question", [.. line, "--bare"]);
    }

    [Fact]
    public void Facts_are_asked_about_one_by_one()
    {
        JsonElement result = HomerProcess.RunJson(
            "eval", "qa", "--model", Mini, "--lengths", "300", "--documents", "2", "--facts", "3", "--method", "plain");
        Assert.Equal("3", result.GetProperty("settings").GetProperty("facts").GetString());
        Assert.Equal(6, Assert.Single(result.GetProperty("cells").EnumerateArray()).GetProperty("trials").GetInt32());
    }

    [Fact]
    public void Facts_that_documents_do_not_hold_are_asked_for_as_well()
    {
        string[] line = ["eval", "absent", "--model", Mini, "--lengths", "900", "--documents", "2", "--facts", "2", "--out", folder["log"]];
        JsonElement cell = Assert.Single(HomerProcess.RunJson(line).GetProperty("cells").EnumerateArray());
        Assert.Equal((5, 5), (cell.GetProperty("present").GetInt32(), cell.GetProperty("absent").GetInt32()));
        Assert.Equal(0, cell.GetProperty("refused").GetInt32() + cell.GetProperty("invented").GetInt32());
        Assert.Contains("invented", HomerProcess.Run(line).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Planted_sentences_are_counted_by_text()
    {
        folder.With("a.txt", VillageChronicle.Write(1, 9000, 0.5).Text);
        folder.With("b.txt", VillageChronicle.Write(2, 9000, 0.5).Text);
        string[] line =
        [
            "eval", "needle", "--model", Mini, "--text", $"{folder["a.txt"]},{folder["b.txt"]}", "--lengths", "600", "--documents", "2",
            "--needles", "multikey", "--questions", "2", "--method", "homer", "--keep-leaves", "--out", folder["log"],
        ];
        JsonElement result = HomerProcess.RunJson(line);
        Assert.Equal("multikey", result.GetProperty("settings").GetProperty("needles").GetString());
        JsonElement cell = Assert.Single(result.GetProperty("cells").EnumerateArray());
        Assert.Equal(8, cell.GetProperty("trials").GetInt32());
        Assert.InRange(cell.GetProperty("found").GetDouble(), 0, 1);
        Assert.InRange(cell.GetProperty("kept").GetDouble(), 0, 1);
        Assert.Equal(
            [("a.txt", 4), ("b.txt", 4)],
            result.GetProperty("by_source").EnumerateArray()
                .Select(cell => (cell.GetProperty("source").GetString(), cell.GetProperty("trials").GetInt32())));
        string[] measured = File.ReadAllLines(folder["log"]);
        HomerProcess again = HomerProcess.Run(line);
        Assert.Contains("homer, by text", again.Output, StringComparison.Ordinal);
        Assert.Equal(measured, File.ReadAllLines(folder["log"]));
        HomerProcess.Run([.. line, "--text", folder["a.txt"]]).AssertRefused(2, "twice");
        HomerProcess.Run("eval", "needle", "--model", Mini, "--text", folder["a.txt"], "--lengths", "64k").AssertRefused(1, "a.txt");
    }

    [Fact]
    public void Sentences_are_planted_in_a_chronicle_where_no_text_is_given()
    {
        JsonElement result = HomerProcess.RunJson(
            "eval", "needle", "--model", Mini, "--lengths", "300", "--documents", "1", "--method", "plain", "--bare");
        JsonElement cell = Assert.Single(result.GetProperty("cells").EnumerateArray());
        Assert.Equal(1, cell.GetProperty("trials").GetInt32());
        Assert.False(cell.TryGetProperty("kept", out JsonElement kept) && kept.ValueKind != JsonValueKind.Null, "plain keeps all");
    }

    [Fact]
    public void Texts_are_predicted()
    {
        string text = folder.With("text.txt", VillageChronicle.Write(1, 4000, 0.5).Text)["text.txt"];
        JsonElement result = HomerProcess.RunJson(
            "eval", "perplexity", "--model", Mini, "--text", text, "--lengths", "512", "--method", "homer", "--method", "plain");
        Assert.All(result.GetProperty("cells").EnumerateArray(), cell => Assert.InRange(cell.GetProperty("perplexity").GetDouble(), 1, 4));
        RefusedCommand.With(1, "shorter", "eval", "perplexity", "--model", Mini, "--text", text, "--lengths", "64k", "--sparse");
        RefusedCommand.With(1, folder["none"], "eval", "perplexity", "--model", Mini, "--text", folder["none"]);
    }

    [Fact]
    public void Sparse_perplexity_is_that_of_each_length_alone()
    {
        JsonElement result = HomerProcess.RunJson(
            "eval", "perplexity", "--model", Mini, "--sparse", "--cast", "12", "--documents", "2", "--lengths", "100,200", "--part", "50",
            "--method", "plain");
        IEnumerable<JsonElement> cells = result.GetProperty("cells").EnumerateArray();
        Assert.Equal(
            [(100, 2), (200, 2)], cells.Select(cell => (cell.GetProperty("length").GetInt32(), cell.GetProperty("trials").GetInt32())));
    }

    [Fact]
    public void Depths_are_shown_for_each_variant()
    {
        HomerProcess run = HomerProcess.Run(
            "eval", "passkey", "--model", Mini, "--lengths", "300", "--depths", "0.2,0.8", "--documents", "1", "--method", "plain",
            "--by-depth");
        Assert.Contains("plain, by depth", run.Output, StringComparison.Ordinal);
        Assert.Contains("20 %", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_measures_what_is_asked_and_is_made_again_from_its_logs()
    {
        string[] line = ["eval", "report", "--model", Mini, "--out", folder["report"]];
        JsonElement files = HomerProcess.RunJson(
            [.. line, "--only", "memory,perplexity", "--lengths", "600", "--method", "homer", "--method", "truncate"]).GetProperty("files");
        Assert.All(files.EnumerateArray(), file => Assert.True(File.Exists(file.GetString()), file.GetString()));
        string page = File.ReadAllText(folder["report/index.html"]);
        Assert.Contains("eval report --model", page, StringComparison.Ordinal);
        File.Delete(folder["report/index.html"]);
        HomerProcess again = HomerProcess.Run([.. line, "--as-measured"]);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(page, File.ReadAllText(folder["report/index.html"]));
    }

    [Fact]
    public void Peak_memory_is_forecast_to_the_byte()
    {
        JsonElement result = HomerProcess.RunJson("eval", "memory", "--model", Mini, "--lengths", "600", "--method", "homer");
        JsonElement cell = Assert.Single(result.GetProperty("cells").EnumerateArray());
        Assert.Equal(cell.GetProperty("forecast_bytes").GetInt64(), cell.GetProperty("peak_bytes").GetInt64());
    }

    [Theory]
    [InlineData("passkey --lengths many", "many")]
    [InlineData("passkey --depths 2", "depth")]
    [InlineData("passkey --style prose", "prose")]
    [InlineData("passkey --documents 0", "--documents")]
    [InlineData("passkey --seed -1", "--seed")]
    [InlineData("passkey --method magic", "magic")]
    [InlineData("passkey --method homer:loud", "loud")]
    [InlineData("qa --facts 0", "--facts")]
    [InlineData("needle --needles five", "five")]
    [InlineData("needle --questions 101 --needles multikey", "--questions")]
    [InlineData("needle --questions 61 --needles one,reworded", "reworded")]
    [InlineData("needle --needles one,one", "twice")]
    [InlineData("qa --facts 1000", "facts")]
    [InlineData("perplexity --part 0", "--part")]
    [InlineData("perplexity --cast 41", "--cast")]
    [InlineData("ablation --method plain", "plain")]
    [InlineData("report --out o --only passkey,poetry", "poetry")]
    public void An_invalid_command_line_is_bad_usage(string line, string word) =>
        RefusedCommand.With(2, word, ["eval", .. line.Split(' '), "--model", "M"]);

    [Fact]
    public void A_log_that_cannot_be_written_is_an_error() =>
        RefusedCommand.With(1, "folder does not exist", "eval", "qa", "--model", Mini, "--out", folder["missing/log"]);
}
