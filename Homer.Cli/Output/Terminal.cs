using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Homer.Cli.Output;

/// <summary>Writes results to stdout, and progress and messages to stderr.</summary>
internal static class Terminal
{
    private static readonly IAnsiConsole ErrorConsole = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });

    private const int FileWidth = 160;

    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions JsonLineFormat = new(JsonFormat) { WriteIndented = false };

    /// <summary>Writes one sentence that says why the command failed.</summary>
    public static void Error(string message) => Console.Error.WriteLine($"homer: {message}");

    /// <summary>Writes a message that is not a result.</summary>
    public static void Note(string message) => Console.Error.WriteLine(message);

    /// <summary>Writes the result of a command as an indented JSON object.</summary>
    public static void WriteJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonFormat));

    /// <summary>Writes one of several results as a JSON object on one line.</summary>
    public static void WriteJsonLine(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonLineFormat));

    /// <summary>Creates an empty table in the style of all commands.</summary>
    /// <param name="headers">The headers of the columns, as markup.</param>
    public static Table CreateTable(params string[] headers) => new Table().AddColumns(headers).Border(TableBorder.Rounded);

    /// <summary>Writes a table to stdout.</summary>
    public static void WriteTable(Table table)
    {
        // A file has no width that a table must fit into.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, FileWidth);
        AnsiConsole.Write(table);
    }

    /// <summary>Runs work and shows a progress bar, unless stderr is redirected.</summary>
    /// <param name="label">The text beside the bar.</param>
    /// <param name="work">The work; its argument reports the share that is done, 0 … 1.</param>
    /// <returns>The result of the work.</returns>
    public static T WithProgress<T>(string label, Func<Action<double>, T> work) =>
        Console.IsErrorRedirected ? work(_ => { }) : ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(label, maxValue: 1);
                return work(share => task.Value = share);
            });

    /// <summary>Returns a number of bytes in KiB, MiB or GiB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:0.#} KiB",
        < 1 << 30 => $"{bytes / (double)(1 << 20):0.#} MiB",
        _ => $"{bytes / (double)(1 << 30):0.##} GiB",
    };
}
