using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Kernels.Devices;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval memory</c>: peak memory, forecast and measured, and seconds, by length.</summary>
internal static class MemoryCommand
{
    private const string Heading = "peak beyond weights\n(forecast), seconds";

    public static Command Create()
    {
        var command = new Command("memory", "Measure peak memory, beside its forecast, and seconds");
        var shared = new EvaluationOptions(
            command, "1k,2k,4k,8k,16k", defaultDocuments: 1, cell: "length", "homer", "plain", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            return Task.FromResult(shared.Run(
                parsed,
                engine => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, [0.5], documents, seed) { Name = "memory" },
                (engine, log) =>
                {
                    long weights = engine.Model.Device.Memory.Of(MemoryUse.Weights);
                    EvaluationTable.Write(log, CellSummary.ByLength(log.Trials), Heading, cell => Show(cell, weights), parsed.WantsJson());
                },
                cancellation));
        });
        return command;
    }

    private static string Show(CellSummary cell, long weights)
    {
        string peak = Terminal.Bytes(cell.PeakBytes - weights);
        string forecast = cell.ForecastBytes is { } bytes ? $"({Terminal.Bytes(bytes - weights)})" : "(–)";
        return string.Create(CultureInfo.InvariantCulture, $"{peak}\n{forecast}\n{cell.Seconds:0.00} s");
    }
}
