using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests <c>homer read</c>, and questions about what it wrote.</summary>
public sealed class BookCommandTests : IDisposable
{
    private const string Question = "What is the pass key?";
    private const string Asked = "recall:tokens=128,neighbours=8";

    private readonly TemporaryFolder folder = new();
    private readonly string key;

    public BookCommandTests()
    {
        Directory.CreateDirectory(folder["texts"]);
        (string text, key) = VillageChronicle.Write(7, 6000, 0.5);
        folder.With("texts/one.txt", text).With("texts/two.txt", VillageChronicle.Write(8, 3000, 0.5).Text);
        folder.With("texts/three.bin", [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_read_and_asked()
    {
        JsonElement report = Read();
        Assert.Equal(
            (2, 2, 0, 0),
            (Number(report, "files"), Number(report, "read"), Number(report, "kept"), Number(report, "removed")));
        Assert.Equal(folder["texts"] + "/three.bin", report.GetProperty("skipped")[0].GetProperty("file").GetString());
        Assert.Equal(new FileInfo(folder["b"]).Length, report.GetProperty("bytes").GetInt64());
        Assert.Equal(2, Number(Read(), "kept"));
        JsonElement answer = HomerProcess.RunJson("ask", folder["b"], Question, "--in", "one*", "--method", Asked);
        Assert.Contains(key, answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        // A book is known by its first bytes, and --document is another word for the path.
        answer = HomerProcess.RunJson("ask", "--document", folder["b"], Question, "--in", "one*", "--method", Asked);
        Assert.Contains(key, answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        HomerProcess.Run("ask", folder["b"], Question, "--method", "plain").AssertRefused(2, "recall");
        HomerProcess.Run("ask", folder["b"], folder["texts/one.txt"], Question).AssertRefused(2, "alone");
        HomerProcess.Run("ask", folder["texts/one.txt"], Question, "--in", "x").AssertRefused(2, "--in");
    }

    [Fact]
    public void Several_texts_are_one_document()
    {
        (string text, string hidden) = VillageChronicle.Write(9, 1000, 0.5);
        folder.With("a", text[..500]).With("b", text[500..]);
        JsonElement answer = HomerProcess.RunJson("ask", folder["a"], "--document", folder["b"], Question);
        JsonElement joined = HomerProcess.RunJson(
            "ask", folder["b"], "--document", folder["a"], Question);
        // Those of --document come first.
        Assert.Contains(hidden, joined.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(answer.GetProperty("text").GetString()!);
    }

    [Fact]
    public void Nothing_to_read_fails()
    {
        HomerProcess run = HomerProcess.Run("read", folder["texts/three.bin"], "--out", folder["b"], "--heads", "5.0");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No file could be read", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["b"]));
    }

    [LongFact]
    public void A_reading_that_is_killed_twenty_times_goes_on()
    {
        for (int i = 0; i < 20; i++)
            folder.With($"texts/more-{i}.txt", VillageChronicle.Write(20 + i, 40_000, 0.5).Text);
        string[] command =
            ["read", folder["texts"], "--model", RepositoryFiles.HomerMini, "--heads", "5.0", "--out"];
        var random = new Random(2);
        int kills = 0;
        while (!File.Exists(folder["killed"]))
        {
            using var run = new RunningHomer([.. command, folder["killed"]]);
            if (kills < 20)
            {
                Thread.Sleep(random.Next(200, 2500));
                if (!run.HasEnded)
                {
                    run.Send("KILL");
                    kills++;
                }
            }

            run.End();
        }

        Assert.True(kills > 0);
        using (var run = new RunningHomer([.. command, folder["whole"]]))
            run.End();
        Assert.Equal(File.ReadAllBytes(folder["whole"]), File.ReadAllBytes(folder["killed"]));
    }

    private static int Number(JsonElement report, string name) => report.GetProperty(name).GetInt32();

    private JsonElement Read() => HomerProcess.RunJson("read", folder["texts"], "--out", folder["b"], "--heads", "5.0");
}
