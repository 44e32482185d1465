using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval passkey</c>: how often a pass key is found, by length and depth.</summary>
internal static class PassKeyCommand
{
    public static Command Create()
    {
        Option<string> depths = Depths();
        var style = new Option<string>("--style") { Description = "chronicle, for homer-mini; grass, the usual text for other models", DefaultValueFactory = _ => PassKeyStyle.Chronicle.Name };
        style.AcceptOnlyFromAmong([.. PassKeyStyle.All.Select(known => known.Name)]);
        var bare = new Option<bool>("--bare") { Description = "Ask without beginning the answer, and read again where unsure, as homer ask does" };
        var data = new Option<string?>("--data") { Description = "JSON lines with prefix, context, postfix and target, instead of generated documents", HelpName = "FILE" };
        var byDepth = new Option<bool>("--by-depth") { Description = "Show what was found at each depth too, a map for each variant" };
        var command = new Command("passkey", "Hide a pass key in generated documents and ask for it") { depths, style, bare, data, byDepth };
        var shared = new EvaluationOptions(command, "1k,2k,4k,8k", documentsByDefault: 2, cell: "length and depth", "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            int[] lengths = shared.Lengths(parsed);
            double[] where = NumberList.Depths(parsed.GetRequiredValue(depths));
            (int documents, int seed) = (shared.Documents(parsed), shared.Seed(parsed));
            return Task.FromResult(shared.Run(
                parsed,
                engine => parsed.GetValue(data) is { } path
                    ? new PassKeyFileTask(engine, path, shared.DocumentsFromFile(parsed))
                    : new PassKeyTask(engine, PassKeyStyle.Find(parsed.GetRequiredValue(style)), lengths, where, documents, seed, parsed.GetValue(bare)),
                (_, log) => EvaluationTable.Write(
                    log, CellSummary.ByLength(log.Trials), "pass keys found, %", EvaluationTable.Accuracy, parsed.WantsJson(),
                    parsed.GetValue(byDepth) ? CellSummary.ByDepth(log.Trials) : null),
                cancellation));
        });
        return command;
    }

    /// <summary>The depths; each command makes its own option.</summary>
    public static Option<string> Depths() => new("--depths")
    {
        Description = "Where the key is told, with commas: 0 the beginning, 1 the end",
        DefaultValueFactory = _ => "0,0.25,0.5,0.75,1",
        HelpName = "LIST",
    };
}
