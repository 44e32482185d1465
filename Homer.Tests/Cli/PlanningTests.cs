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
