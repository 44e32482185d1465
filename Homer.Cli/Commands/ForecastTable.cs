using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Reading;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary>The table of <c>--explain</c> that says what a reading costs.</summary>
internal sealed class ForecastTable
{
    private readonly Table table = new Table().AddColumns("forecast", "").Border(TableBorder.Rounded);

    /// <summary>Adds a row.</summary>
    public void Add(string name, string value) => table.AddRow(name, Markup.Escape(value));

    /// <summary>Adds the rows that every reading has: memory, work and time.</summary>
    public void Add(ReadingForecast forecast, ContextRequest request, double seconds)
    {
        (MemoryForecast memory, WorkForecast work) = (forecast.Memory, forecast.Work);
        Add(
            "peak memory",
            $"{Terminal.Bytes(memory.PeakBytes)}\nweights {Terminal.Bytes(memory.WeightsBytes)}, "
            + $"cache {Terminal.Bytes(memory.CacheBytes)}, workspace {Terminal.Bytes(memory.WorkspaceBytes)}");
        string host = Terminal.Bytes(MemoryForecast.HostBytesFor(request.Input.Length));
        Add("host memory", $"about {host} besides, for the text and its tokens");
        Add("work", $"{work.TokenLayers:N0} token-layers, {Flop(work.Flop)}");
        Add("time to read", $"{Duration(seconds)} (estimated from one layer, timed on {request.Model.Device.Description.Id})");
    }

    /// <summary>Writes the table.</summary>
    public void Write() => Terminal.WriteTable(table);

    private static string Flop(double flop) => flop switch
    {
        < 1e12 => $"{flop / 1e9:0.##} GFLOP",
        < 1e15 => $"{flop / 1e12:0.##} TFLOP",
        _ => $"{flop / 1e15:0.##} PFLOP",
    };

    /// <summary>Returns an estimated time in words.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 0.1 => "less than 0.1 s",
        < 10 => $"about {seconds:0.0} s",
        < 120 => $"about {seconds:0} s",
        < 7200 => $"about {seconds / 60:0} min",
        _ => $"about {seconds / 3600:0.#} h",
    };
}
