using System.CommandLine;
using System.CommandLine.Parsing;
using Homer;
using Homer.Cli.Commands;
using Homer.Cli.Commands.Evaluation;
using Homer.Cli.Options;
using Homer.Cli.Output;

const string Summary =
    "Run Llama models over documents far longer than their context window, by hierarchical context merging (HOMER).";

var root = new RootCommand(Summary)
{
    CommonOptions.Device,
    CommonOptions.Weights,
    CommonOptions.Activations,
    CommonOptions.Json,
    DemoCommand.Create(),
    AskCommand.Create(),
    ChatCommand.Create(),
    GenerateCommand.Create(),
    CompressCommand.Create(),
    CachesCommand.Create(),
    LogitsCommand.Create(),
    CalibrateCommand.Create(),
    EvalCommand.Create(),
    BenchCommand.Create(),
    MethodsCommand.Create(),
    InfoCommand.Create(),
    DevicesCommand.Create(),
};

ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
{
    // The last error is about an argument that was typed, the first ones may be about missing arguments. A message that lists choices has
    // several lines, which are joined.
    string message = string.Join(' ', parsed.Errors[^1].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    Terminal.Error($"{message.TrimEnd('.')}; see {CommandLineOf(parsed.CommandResult)} --help.");
    return ExitCode.BadUsage;
}

try
{
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
}
catch (OperationCanceledException)
{
    Terminal.Error("Stopped.");
    return ExitCode.Failed;
}
catch (UsageException e)
{
    Terminal.Error(e.Message);
    return ExitCode.BadUsage;
}
catch (HomerException e)
{
    Terminal.Error(e.Message);
    return ExitCode.Failed;
}
catch (OutOfMemoryException)
{
    Terminal.Error("There is not enough memory; use a shorter document or smaller chunks.");
    return ExitCode.Failed;
}

static string CommandLineOf(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{CommandLineOf(parent)} {command.Command.Name}" : "homer";
