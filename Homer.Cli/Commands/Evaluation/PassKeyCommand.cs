using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Reports;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval passkey</c>: the share of pass keys found, by length and depth.</summary>
internal static class PassKeyCommand
{
    public static Command Create()
    {
        Option<string> depths = Depths();
        var style = new Option<string>("--style")
        {
            Description = "Text around the key: chronicle, for homer-mini, or grass, the usual text for other models",
            DefaultValueFactory = _ => PassKeyStyle.Chronicle.Name,
        };
        style.OneOf([.. PassKeyStyle.All.Select(known => known.Name)]);
        Option<bool> bare = EvaluationOptions.Bare();
        var data = new Option<string?>("--data")
        {
            Description = "JSON Lines file of documents (prefix, context, postfix, target) [default: generated documents]",
            HelpName = "FILE",
        };
        var byDepth = new Option<bool>("--by-depth")
        {
            Description = "Show a further table for each variant, with a row for each depth [default: false]",
        };
        var command = new Command("passkey", "Hide a pass key in generated documents and ask for it")
        {
            depths, style, bare, data, byDepth,
        };
        var shared = new EvaluationOptions(
            command, "1k,2k,4k,8k", defaultDocuments: 2, cell: "length and depth, or the most of --data",
            "homer", "homer:paper", "truncate");
        command.SetAction((parsed, cancellation) =>
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            double[] where = NumberList.Depths(parsed.GetRequiredValue(depths));
            var words = PassKeyStyle.Find(parsed.GetRequiredValue(style));
            return Task.FromResult(shared.Run(
                parsed,
                engine => parsed.GetValue(data) is { } path
                    ? new PassKeyFileTask(engine, path, shared.DocumentsOfFiles(parsed))
                    : new PassKeyTask(engine, words, lengths, where, documents, seed, parsed.GetValue(bare)),
                (_, log) => EvaluationTable.Write(
                    log, CellSummary.ByLength(log.Trials), "pass keys found, %", EvaluationTable.Accuracy, parsed.WantsJson(),
                    parsed.GetValue(byDepth) ? CellSummary.ByDepth(log.Trials) : null),
                cancellation));
        });
        return command;
    }

    /// <summary>Creates the option for depths; every command needs an instance of its own.</summary>
    public static Option<string> Depths() => new Option<string>("--depths")
    {
        Description = "Comma-separated depths of the key in the document, from 0, the beginning, to 1, the end",
        DefaultValueFactory = _ => "0,0.25,0.5,0.75,1",
        HelpName = "LIST",
    }.Checked(text => NumberList.Depths(text));
}
