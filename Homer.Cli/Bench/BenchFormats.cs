using System.Globalization;
using Homer.Cli.Output;
using Homer.Engine.Measuring;
using Homer.Kernels.Measuring;
using Spectre.Console;

namespace Homer.Cli.Bench;

/// <summary>Prints reports of <c>homer bench</c> in the formats that <c>--format</c> names.</summary>
internal static class BenchFormats
{
    /// <summary>A method that prints a report for the name of each format.</summary>
    public static IReadOnlyDictionary<string, Action<BenchReport>> All { get; } = new Dictionary<string, Action<BenchReport>>
    {
        ["table"] = WriteTable,
        ["md"] = report => Console.Out.Write(Markdown(report)),
        ["csv"] = report => Console.Out.Write(Csv(report)),
        ["json"] = report => Terminal.WriteJson(ToJson(report)),
    };

    private static readonly (string Header, Func<SpeedResult, string> Text)[] Columns =
    [
        ("device", result => result.Device),
        ("method", result => result.Case.Method),
        ("test", result => result.Case.Name),
        ("t/s", result => $"{Number(result.TokensPerSecond.Mean)} ± {Number(result.TokensPerSecond.Deviation)}"),
        ("median t/s", result => Number(result.MedianTokensPerSecond)),
        ("reached / ceiling", result => $"{Number(result.Reached / 1e9)} / {Number(result.Ceiling / 1e9)} {Unit(result)}"),
        ("ratio", result => result.Ratio.ToString("0 %", CultureInfo.InvariantCulture)),
        ("peak memory", result => Terminal.Bytes(result.PeakBytes)),
    ];

    private static readonly (string Name, Func<SpeedResult, IFormattable> Value)[] Numbers =
    [
        ("prompt_tokens", result => result.Case.Prompt),
        ("generated_tokens", result => result.Case.Generated),
        ("depth", result => result.Case.Depth),
        ("repetitions", result => result.Times.Count),
        ("tokens_per_second", result => result.TokensPerSecond.Mean),
        ("tokens_per_second_deviation", result => result.TokensPerSecond.Deviation),
        ("tokens_per_second_median", result => result.MedianTokensPerSecond),
        ("reached_per_second", result => result.Reached),
        ("ceiling_per_second", result => result.Ceiling),
        ("ratio", result => result.Ratio),
        ("peak_bytes", result => result.PeakBytes),
    ];

    /// <summary>Returns the results as a table in GitHub's Markdown, and the ceilings as a list.</summary>
    public static string Markdown(BenchReport report)
    {
        IEnumerable<string> lines =
        [
            Title(report),
            "",
            Row(Columns.Select(column => column.Header)),
            Row(Columns.Select((_, index) => index < 3 ? "---" : "--:")),
            .. report.Results.Select(result => Row(Columns.Select(column => column.Text(result)))),
            "",
            .. CeilingLines(report).Select(line => $"- {line}"),
        ];
        return string.Concat(lines.Select(line => line + "\n"));

        static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>Returns a header line and a line for each result; the units are tokens, FLOP, bytes and seconds.</summary>
    public static string Csv(BenchReport report)
    {
        IEnumerable<string> lines =
        [
            string.Join(',', (string[])["model", "device", "method", "test", "unit", .. Numbers.Select(number => number.Name)]),
            .. report.Results.Select(result => string.Join(',', (string[])
            [
                Quoted(report.Model), result.Device, result.Case.Method, result.Case.Name, BaseUnit(result),
                .. Numbers.Select(number => number.Value(result).ToString(null, CultureInfo.InvariantCulture)),
            ])),
        ];
        return string.Concat(lines.Select(line => line + "\n"));

        static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Returns the object that <see cref="Terminal.WriteJson"/> prints.</summary>
    public static object ToJson(BenchReport report) => new
    {
        report.Model,
        report.Parameters,
        report.WeightsBytes,
        report.Processor,
        report.ParallelForSeconds,
        Ceilings = report.Devices.Select(device => new
        {
            device.Ceilings.Device,
            FmaPeaks = device.Ceilings.FmaPeaks.Select(peak => new { VectorBits = peak.Key, FlopPerSecond = peak.Value }),
            ReadBytesPerSecond = device.Ceilings.Bandwidth,
            LaunchSeconds = device.Ceilings.Launch.Alone,
            FurtherKernelSeconds = device.Ceilings.Launch.InSequence,
        }),
        Results = report.Results.Select(result =>
            new Dictionary<string, object>(
            [
                new("device", result.Device),
                new("method", result.Case.Method),
                new("test", result.Case.Name),
                new("unit", BaseUnit(result)),
                .. Numbers.Select(number => new KeyValuePair<string, object>(number.Name, number.Value(result))),
            ])),
    };

    private static void WriteTable(BenchReport report)
    {
        Table table = Terminal.CreateTable([.. Columns.Select(column => column.Header)]);
        foreach (TableColumn column in table.Columns.Skip(3))
            column.RightAligned();
        foreach (SpeedResult result in report.Results)
            table.AddRow([.. Columns.Select(column => Markup.Escape(column.Text(result)))]);
        Console.Out.WriteLine(Title(report));
        Terminal.WriteTable(table);
        foreach (string line in CeilingLines(report))
            Console.Out.WriteLine(line);
    }

    private static string Title(BenchReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Model}: {report.Parameters / 1e6:0.0} million parameters, {Terminal.Bytes(report.WeightsBytes)}; {report.Processor}");

    private static IEnumerable<string> CeilingLines(BenchReport report) =>
    [
        .. report.Devices.Select(device => Describe(device.Ceilings)),
        string.Create(CultureInfo.InvariantCulture, $"an empty Parallel.For: {report.ParallelForSeconds * 1e6:0.0} µs"),
    ];

    private static string Describe(Ceilings ceilings)
    {
        string peaks = string.Join(", ", ceilings.FmaPeaks.Select(peak => $"{Number(peak.Value / 1e9)} GFLOP/s at {peak.Key} bits"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ceilings.Device} at best: {peaks}; reads {Number(ceilings.Bandwidth / 1e9)} GB/s; "
            + $"a launch {ceilings.Launch.Alone * 1e6:0.0} µs, each further kernel in it {ceilings.Launch.InSequence * 1e6:0.00} µs");
    }

    /// <summary>Returns a number with three significant digits, or with all digits before the decimal point.</summary>
    private static string Number(double value) =>
        value.ToString(value switch { >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    private static string Unit(SpeedResult result) => "G" + BaseUnit(result);

    private static string BaseUnit(SpeedResult result) => result.Case.Prompt > 0 ? "FLOP/s" : "B/s";
}
