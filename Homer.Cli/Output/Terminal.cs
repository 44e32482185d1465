using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Homer.Cli.Output;

/// <summary>Results go to stdout; progress and messages go to stderr.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole ErrorConsole = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });

    private const int WidthOfFiles = 160;

    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions JsonLineFormat = new(JsonFormat) { WriteIndented = false };

    /// <summary>One sentence that says why the command failed.</summary>
    public static void Error(string message) => Console.Error.WriteLine($"homer: {message}");

    /// <summary>A remark that is not a result.</summary>
    public static void Note(string message) => Console.Error.WriteLine(message);

    /// <summary>The command's result for machines.</summary>
    public static void WriteJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonFormat));

    /// <summary>One of several results for machines, on a line of its own.</summary>
    public static void WriteJsonLine(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonLineFormat));

    /// <summary>A table for people, on stdout.</summary>
    public static void WriteTable(Table table)
    {
        // A file has no width that a table would have to be squeezed into.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, WidthOfFiles);
        AnsiConsole.Write(table);
    }

    /// <summary>Shows a bar while work runs; nothing where messages go to a file or another program.</summary>
    /// <param name="label">What is being done.</param>
    /// <param name="work">Gets what to tell the share that is done, 0 … 1.</param>
    public static T WithProgress<T>(string label, Func<Action<double>, T> work) =>
        Console.IsErrorRedirected ? work(_ => { }) : ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(label, maxValue: 1);
                return work(share => task.Value = share);
            });

    /// <summary>Bytes as people read them.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:0.#} KiB",
        < 1 << 30 => $"{bytes / (double)(1 << 20):0.#} MiB",
        _ => $"{bytes / (double)(1 << 30):0.##} GiB",
    };
}
