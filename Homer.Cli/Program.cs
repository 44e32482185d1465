using System.CommandLine;
using System.CommandLine.Parsing;
using Homer.Cli.Commands;
using Homer.Cli.Commands.Evaluation;
using Homer.Cli.Options;
using Homer.Cli.Running;

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

return CommandRun.Run(stopping =>
{
    ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
    if (parsed.Errors.Count > 0)
    {
        // The last error is about an argument that was typed, the first ones may be about missing arguments.
        throw new UsageException($"{parsed.Errors[^1].Message.TrimEnd('.')}; see {CommandLineOf(parsed.CommandResult)} --help.");
    }

    return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stopping);
});

static string CommandLineOf(CommandResult command) =>
    command.Parent is CommandResult parent ? $"{CommandLineOf(parent)} {command.Command.Name}" : "homer";
