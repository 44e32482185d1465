using System.CommandLine;
using Homer.Cli;
using Homer.Cli.Options;
using Homer.Cli.Running;

return CommandRun.Run(stopping =>
{
    ParseResult parsed = CommandLineParser.Parse(HomerCommand.Create(), args.Length == 0 ? ["--help"] : args);
    return parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stopping);
});
