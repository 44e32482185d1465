using System.Text.Json;
using Homer.Cli.Bench;
using Homer.Kernels.Measuring;

namespace Homer.Tests.Cli.Bench;

public sealed class BenchFormatsTests
{
    // Two repetitions of 1 and 2 seconds: 512 and 256 tokens a second, or 64 and 32.
    private static readonly Repetitions Times = new([1, 2]);

    private static readonly BenchReport Report = new(
        "models/\"odd\" name", 2_500_000, 5_000_000, "A processor, 4 cores", 5e-6,
        [
            new(
                new("cpu", new Dictionary<int, double> { [256] = 100e9, [512] = 200e9 }, 30e9, new(80e-6, 1e-6)),
                [
                    new(new("plain", 512, 0, 0), "cpu", Times, 150e9, 200e9, 1 << 20),
                    new(new("homer", 0, 64, 4096), "cpu", Times, 9e9, 30e9, 1 << 20),
                ]),
        ]);

    [Fact]
    public void Markdown_is_a_table_and_a_list()
    {
        string[] lines = BenchFormats.Markdown(Report).Split('\n');
        string[] table = [.. lines.Where(line => line.StartsWith('|'))];
        Assert.Equal(4, table.Length);
        Assert.Single(table.Select(line => line.Count(c => c == '|')).Distinct());
        Assert.Equal("| cpu | plain | pp512 | 384 ± 181 | 341 | 100 / 200 GFLOP/s | 50 % | 1 MiB |", table[2]);
        Assert.Equal("| cpu | homer | tg64 @ d4096 | 48.0 ± 22.6 | 42.7 | 6.00 / 30.0 GB/s | 20 % | 1 MiB |", table[3]);
        const string Ceilings = "- cpu at best: 100 GFLOP/s at 256 bits, 200 GFLOP/s at 512 bits; reads 30.0 GB/s";
        Assert.Contains(lines, line => line.StartsWith(Ceilings, StringComparison.Ordinal));
    }

    [Fact]
    public void Csv_has_one_line_for_each_result()
    {
        string[] lines = BenchFormats.Csv(Report).TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("model,device,method,test,unit,prompt_tokens,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("\"models/\"\"odd\"\" name\",cpu,plain,pp512,FLOP/s,512,0,0,2,384,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",6000000000,30000000000,0.2,1048576", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_raw_numbers()
    {
        JsonElement json = JsonSerializer.SerializeToElement(BenchFormats.ToJson(Report));
        JsonElement result = json.GetProperty("Results")[1];
        Assert.Equal("tg64 @ d4096", result.GetProperty("test").GetString());
        Assert.Equal("B/s", result.GetProperty("unit").GetString());
        Assert.Equal(6e9, result.GetProperty("reached_per_second").GetDouble());
        Assert.Equal(200e9, json.GetProperty("Ceilings")[0].GetProperty("FmaPeaks")[1].GetProperty("FlopPerSecond").GetDouble());
    }

    [Fact]
    public void Every_format_is_named() => Assert.Equal(["table", "md", "csv", "json"], BenchFormats.All.Keys);
}
