using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Books;
using Homer.Engine.Files;
using Homer.Engine.Methods.Recall;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer read</c>: reads files into a book, from which <c>homer ask</c> answers.</summary>
internal static class ReadCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("path")
        {
            Description = "Text files, and folders with those below them",
            HelpName = "FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> model = CommonOptions.Model();
        var output = new Option<string>("--out")
        {
            Description = "Book to write, or to bring up to date",
            Required = true,
            HelpName = "FILE",
        };
        var heads = new Option<string?>("--heads")
        {
            Description = "Query heads whose keys are kept, as layer.head+layer.head [default: learned by homer calibrate]",
            HelpName = "HEADS",
        };
        var bias = new Option<string?>("--bias")
        {
            Description = "Calibration table that has the heads [default: the model's own]",
            HelpName = "FILE",
        };
        var anew = new Option<bool>("--anew") { Description = "Read all files, whatever the book holds and whoever made it" };
        var command = new Command("read", "Read files once into a book, which answers any number of questions")
        {
            paths, model, output, heads, bias, anew,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string path = parsed.OutputPath(output, OutputForm.Binary);
            if (!OutputTarget.Of(path).IsFile)
                throw new UsageException("--out must be a file, so that the book can be brought up to date.");
            BookUpdate.RequireReplaceable(path);
            using HomerEngine engine = parsed.LoadEngine(model, parsed.GetValue(bias), cancellation);
            bool isNoted = false;
            BookReport report = Terminal.WithSpeed("Reading", progress => new BookUpdate(engine, path)
            {
                Options = new RecallOptions { Heads = parsed.GetValue(heads) },
                Anew = parsed.GetValue(anew),
                Progress = done =>
                {
                    // After everything that may be refused: a refusal is one sentence.
                    if (!isNoted)
                        Terminal.Note($"Reading into {Quoted.Path(path)}; what is stopped goes on with the same command.");
                    isNoted = true;
                    progress(done.Share, Speed(done));
                },
                Note = Terminal.Note,
            }.Run(parsed.GetRequiredValue(paths), cancellation));
            Report(report, path, parsed.WantsJson());
            if (report.Files > 0)
                return ExitCode.Success;
            Terminal.Error("No file could be read; give text files, or folders that hold some.");
            return ExitCode.Failed;
        }
    }

    private static string Speed(BookProgress done) => string.Create(
        CultureInfo.InvariantCulture, $"{done.TokensPerSecond:N0} tokens/s, {Time(done.Left)} left");

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private static void Report(BookReport report, string path, bool json)
    {
        foreach (SkippedFile skipped in report.Skipped)
            Terminal.Note($"skipped: {skipped.Reason}");
        if (json)
        {
            Terminal.WriteJson(new
            {
                Out = path,
                report.Files,
                report.Read,
                report.Kept,
                report.Removed,
                report.Tokens,
                report.Bytes,
                report.Seconds,
                Skipped = report.Skipped.Select(skipped => new { skipped.File, skipped.Reason }),
            });
            return;
        }

        if (report.Files == 0)
            return;
        string files = report.Files == 1 ? "file" : "files";
        Console.Out.WriteLine(Terminal.OneLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {report.Files:N0} {files}, {report.Read:N0} read, {report.Kept:N0} kept, {report.Removed:N0} removed; "
            + $"{report.Tokens:N0} tokens in {Terminal.Bytes(report.Bytes)}; {report.Seconds:0.0} s")));
    }
}
