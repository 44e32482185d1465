using System.Text.Encodings.Web;
using System.Text.Json;
using Homer.Engine.Files;
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

    /// <summary>Writes one sentence that says why the command failed; whatever is in it stays on one line.</summary>
    public static void Error(string message) => ToError($"homer: {OneLine(message)}\n");

    /// <summary>Writes a message that is not a result, on one line.</summary>
    public static void Note(string message) => ToError($"{OneLine(message)}\n");

    /// <summary>Writes where an exception was thrown.</summary>
    public static void Trace(string trace) => ToError($"{trace}\n");

    /// <summary>Asks for a line of input.</summary>
    public static void Prompt() => ToError("> ");

    /// <summary>Shows the cursor, which a progress bar that is not finished leaves hidden.</summary>
    public static void ShowCursor()
    {
        if (!Console.IsErrorRedirected)
            ToError("\e[?25h");
    }

    /// <summary>Writes the result of a command as an indented JSON object.</summary>
    public static void WriteJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonFormat));

    /// <summary>Writes one of several results as a JSON object on one line.</summary>
    public static void WriteJsonLine(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonLineFormat));

    /// <summary>Writes a piece of a model's thought to stderr, apart from the answer.</summary>
    public static void Thought(string piece) => Console.Error.Write(piece);

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

    /// <summary>Runs work and shows a progress bar; where stderr is redirected, a line now and then.</summary>
    /// <param name="label">The text beside the bar.</param>
    /// <param name="work">The work; its argument reports the share that is done, 0 … 1.</param>
    /// <returns>The result of the work.</returns>
    public static T WithProgress<T>(string label, Func<Action<double>, T> work) =>
        Console.IsErrorRedirected ? work(new PlainProgress(label, Note, TimeProvider.System).Report) : ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(label), maxValue: 1);
                return work(share => task.Value = share);
            });

    /// <summary>Runs work as <see cref="WithProgress"/> does, and shows its speed; a log gets a line every few seconds.</summary>
    /// <param name="label">The text beside the bar.</param>
    /// <param name="work">The work; its argument reports the share that is done, 0 … 1, and the speed in words.</param>
    /// <returns>The result of the work.</returns>
    public static T WithSpeed<T>(string label, Func<Action<double, string>, T> work) =>
        Console.IsErrorRedirected ? work(new PlainProgress(label, Note, TimeProvider.System).Report) : ErrorConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(label), maxValue: 1);
                return work((share, speed) =>
                {
                    task.Value = share;
                    task.Description = Markup.Escape($"{label}, {speed}");
                });
            });

    /// <summary>Returns a text from anywhere, such as a file name, so that it neither breaks a line nor controls the terminal.</summary>
    public static string OneLine(string text) => string.Join(
        ' ', string.Concat(text.Select(c => char.IsControl(c) && !char.IsWhiteSpace(c) ? '?' : c))
            .Split(['\r', '\n', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries));

    private static void ToError(string text)
    {
        try
        {
            Console.Error.Write(text);
        }
        catch (IOException)
        {
            // There is no other place to say it.
        }
    }

    /// <summary>
    /// Runs work whose result goes to standard output, as <see cref="WithProgress"/> does; it ends as soon as nobody reads that any more.
    /// </summary>
    /// <param name="label">The text beside the bar.</param>
    /// <param name="work">The work; its argument reports the share that is done, 0 … 1.</param>
    /// <returns>The result of the work.</returns>
    public static T ForOutput<T>(string label, Func<Action<double>, T> work)
    {
        StandardStreams.RequireOutput();
        return WithProgress(label, progress => work(share =>
        {
            StandardStreams.RequireOutput();
            progress(share);
        }));
    }

    /// <summary>Returns a number of bytes in KiB, MiB or GiB.</summary>
    public static string Bytes(long bytes) => ByteSize.Of(bytes);
}
