using System.Text.Json;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests <c>--explain</c> and <c>--memory</c> as a user runs them.</summary>
public sealed class PlanningTests : IDisposable
{
    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();
    private readonly string document;

    public PlanningTests() => document = folder.With(
        "document", string.Concat(Enumerable.Repeat("The pass key is #40921. Remember it. #40921 is the pass key. ", 60)))["document"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_explained_plan_is_the_one_that_runs()
    {
        string[] arguments =
            ["ask", "--model", Mini, "--document", document, "What is the pass key?", "--max-tokens", "3", "--confidence", "0"];
        JsonElement plan = HomerProcess.RunJson([.. arguments, "--explain"]), answer = HomerProcess.RunJson(arguments);
        Assert.Equal(
            answer.GetProperty("memory").GetProperty("peak_bytes").GetInt64(),
            plan.GetProperty("memory").GetProperty("peak_bytes").GetInt64());
        JsonElement tree = plan.GetProperty("tree");
        Assert.Equal(
            tree.GetProperty("leaves").GetInt32(),
            tree.GetProperty("levels").EnumerateArray().Where(level => level.GetProperty("height").GetInt32() == 0)
                .Sum(level => level.GetProperty("count").GetInt32()));
        Assert.True(plan.GetProperty("work").GetProperty("token_layers").GetInt64() > 12 * 1000);
        Assert.InRange(plan.GetProperty("estimated_seconds").GetDouble(), 0.001, 600);
    }

    [Fact]
    public void The_plan_of_recall_shows_the_heads_and_is_the_one_that_runs()
    {
        string[] arguments =
        [
            "ask", "--model", Mini, "--document", document, "What is the pass key?", "--max-tokens", "3", "--method",
            "recall:heads=5.1+5.3,tokens=100,neighbours=8",
        ];
        JsonElement plan = HomerProcess.RunJson([.. arguments, "--explain"]), answer = HomerProcess.RunJson(arguments);
        Assert.Equal(
            answer.GetProperty("memory").GetProperty("peak_bytes").GetInt64(),
            plan.GetProperty("memory").GetProperty("peak_bytes").GetInt64());
        JsonElement options = plan.GetProperty("options");
        Assert.Equal("5.1+5.3", options.GetProperty("heads").GetString());
        Assert.Equal((100, 8), (options.GetProperty("tokens").GetInt32(), options.GetProperty("neighbours").GetInt32()));
        int tokens = plan.GetProperty("input").GetProperty("context").GetInt32();
        Assert.Equal(2 * (32 + 2) * tokens, plan.GetProperty("key_bytes").GetInt32());
        Assert.True(plan.GetProperty("estimated_seconds_again").GetDouble() < plan.GetProperty("estimated_seconds").GetDouble());
        Assert.Contains("heads that look", HomerProcess.Run([.. arguments, "--explain"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_prints_tables_and_writes_no_cache()
    {
        HomerProcess run = HomerProcess.Run(
            "compress", "--model", Mini, "--document", document, "--suffix", "Key?", "--out", folder["out"], "--explain");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("(leaves)", run.Output, StringComparison.Ordinal);
        Assert.Contains("token-layers", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out"]));
    }

    [Fact]
    public void The_memory_limit_holds_and_the_chunk_is_printed()
    {
        string[] arguments = ["compress", "--model", Mini, "--document", document, "--suffix", "The pass key is #", "--out", folder["out"]];
        HomerProcess run = HomerProcess.Run([.. arguments, "--memory", "8MB", "--json"]);
        Assert.Contains("Chunks of", run.Error, StringComparison.Ordinal);
        JsonElement memory = JsonDocument.Parse(run.Output).RootElement.GetProperty("memory");
        Assert.InRange(memory.GetProperty("peak_bytes").GetInt64(), 5_000_000, 8_000_000);
        RefusedCommand.With(1, "weights alone", [.. arguments, "--memory", "1MB"]);
        RefusedCommand.With(1, "even with chunks of", [.. arguments, "--memory", "5MB"]);
        RefusedCommand.With(1, "with chunks of 256", [.. arguments, "--memory", "8MB", "--chunk", "256", "--cache-type", "f32"]);
    }
}
