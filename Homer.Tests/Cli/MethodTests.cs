using System.Text.Json;
using Homer.Engine.Methods;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests <c>--method</c> and <c>homer methods</c> as a user runs them.</summary>
public sealed class MethodTests : IDisposable
{
    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();
    private readonly string document;

    public MethodTests() => document = folder.With(
        "document", string.Concat(Enumerable.Repeat("The pass key is #40921. Remember it. #40921 is the pass key. ", 60)))["document"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_method_is_listed_with_its_settings()
    {
        JsonElement[] methods = [.. HomerProcess.RunJson("methods").GetProperty("methods").EnumerateArray()];
        Assert.Equal(ContextMethods.All.Select(method => method.Name), methods.Select(method => method.GetProperty("name").GetString()));
        Assert.Equal(
            ContextMethods.All.SelectMany(method => method.Settings).Select(setting => setting.Name),
            methods.SelectMany(method => method.GetProperty("settings").EnumerateArray())
                .Select(setting => setting.GetProperty("name").GetString()));
        HomerProcess run = HomerProcess.Run("methods");
        Assert.All(ContextMethods.All, method => Assert.Contains($"{method.Name}: {method.Summary}", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("streaming:window=60,sinks=2", 62, 62)]
    [InlineData("h2o:heavy=40,recent=40,block=20", 80, 100)]
    public void Settings_decide_how_long_the_cache_is(string method, int fewest, int most)
    {
        JsonElement memory = HomerProcess.RunJson(
            "ask", "--model", Mini, "--document", document, "What is the pass key?", "--max-tokens", "9",
            "--method", method).GetProperty("memory");
        // homer-mini: 12 layers of 2 key heads of 32, in 32 bits.
        long token = 12 * 2 * 2 * 32 * sizeof(float);
        Assert.InRange(memory.GetProperty("cache_bytes").GetInt64(), fewest * token, (most + 30) * token);
    }

    [Fact]
    public void Help_names_one_default()
    {
        string help = HomerProcess.Run("ask", "--help").Output;
        Assert.Contains("homer methods lists all and their settings [default: homer]", help, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(MethodChoice), help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("homer-yarn")]
    [InlineData("independent")]
    public void The_explained_plan_of_variants_of_merging_is_the_one_that_runs(string method)
    {
        string[] arguments =
        [
            "ask", "--model", Mini, "--document", document, "What is the pass key?", "--max-tokens", "3", "--confidence", "0",
            "--method", method,
        ];
        JsonElement plan = HomerProcess.RunJson([.. arguments, "--explain"]), answer = HomerProcess.RunJson(arguments);
        Assert.Equal(
            answer.GetProperty("memory").GetProperty("peak_bytes").GetInt64(),
            plan.GetProperty("memory").GetProperty("peak_bytes").GetInt64());
    }
}
