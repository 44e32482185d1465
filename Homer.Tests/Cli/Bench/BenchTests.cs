using System.Text.Json;
using Homer.Tests.Golden;

namespace Homer.Tests.Cli.Bench;

/// <summary>Tests <c>homer bench</c> as a user runs it, whatever the measured speeds.</summary>
public sealed class BenchTests
{
    private static readonly string Tiny = GoldenCase.Model("random-gqa");

    [Fact]
    public void Every_test_of_the_matrix_is_measured()
    {
        JsonElement report = HomerProcess.RunJson(
            "bench", "--model", Tiny, "--device", "cpu:1", "--pp", "300", "--tg", "3", "--depth", "0,50", "--method", "plain,homer",
            "--chunk", "40", "--repetitions", "2");
        JsonElement[] results = [.. report.GetProperty("results").EnumerateArray()];
        Assert.Equal(
            ["plain pp300", "homer pp300", "plain tg3", "plain tg3 @ d50", "homer tg3 @ d50"],
            results.Select(result => $"{result.GetProperty("method")} {result.GetProperty("test")}"));
        Assert.All(results, result =>
        {
            Assert.Equal(2, result.GetProperty("repetitions").GetInt32());
            Assert.All(
                ["tokens_per_second", "tokens_per_second_median", "reached_per_second", "ceiling_per_second", "ratio", "peak_bytes"],
                name => Assert.True(result.GetProperty(name).GetDouble() > 0, name));
        });
        JsonElement ceilings = Assert.Single(report.GetProperty("ceilings").EnumerateArray());
        Assert.Equal("cpu:1", ceilings.GetProperty("device").GetString());
        Assert.True(ceilings.GetProperty("read_bytes_per_second").GetDouble() > 0);
    }

    [Fact]
    public void A_configuration_is_enough_and_devices_are_compared()
    {
        HomerProcess run = HomerProcess.Run(
            "bench", "--random-weights", Path.Combine(Tiny, "config.json"), "--type", "f16", "--device", "cpu,cpu:1", "--pp", "8",
            "--tg", "0", "--repetitions", "1", "--format", "csv");
        Assert.Equal(0, run.ExitCode);
        string[][] lines = [.. run.Output.TrimEnd().Split('\n').Select(line => line.Split(','))];
        Assert.Equal(["device", "cpu", "cpu:1"], lines.Select(line => line[Array.IndexOf(lines[0], "device")]));
        Assert.All(lines.Skip(1), line => Assert.Equal((lines[0].Length, "pp8"), (line.Length, line[Array.IndexOf(lines[0], "test")])));
        Assert.Contains("f16", lines[1][0], StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_options_are_refused_before_any_work()
    {
        Refuse("Give either", "bench", "--model", Tiny, "--random-weights", Path.Combine(Tiny, "config.json"));
        Refuse("length", "bench", "--model", Tiny, "--pp", "1,,2");
        Refuse("length", "bench", "--model", Tiny, "--depth", "-1");
        Refuse("nothing to measure", "bench", "--model", Tiny, "--pp", "0", "--tg", "0");
        Refuse("--repetitions", "bench", "--model", Tiny, "--repetitions", "0");
        Refuse("xml", "bench", "--model", Tiny, "--format", "xml");
        Refuse("not a method", "bench", "--model", Tiny, "--method", "plain,truncate");
        RefusedCommand.With(2, "threads", "bench", "--model", Tiny, "--device", "cpu,cpu:0");

        static void Refuse(string word, params string[] arguments) => RefusedCommand.With(2, word, arguments);
    }
}
