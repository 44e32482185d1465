using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Reports;
using Homer.Engine;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval report</c>: runs all evaluations at a small size and writes a page of results, or of existing logs.</summary>
internal static class ReportCommand
{
    private const int DepthCount = 5;
    private const int Texts = 2;

    private static readonly string[] Tasks = ["passkey", "qa", "perplexity", "memory", "ablation"];

    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "Folder for the page, its figures and the logs of all trials; logs that exist are continued",
            Required = true,
            HelpName = "DIR",
        };
        var only = new Option<string>("--only")
        {
            Description = "Comma-separated evaluations to run",
            DefaultValueFactory = _ => string.Join(',', Tasks),
            HelpName = "LIST",
        };
        var asMeasured = new Option<bool>("--as-measured")
        {
            Description = "Measure nothing; write the page from every log (*.jsonl) in the folder [default: false]",
        };
        var title = new Option<string>("--title")
        {
            Description = "Heading of the page",
            DefaultValueFactory = _ => "Reading far beyond the window",
            HelpName = "TEXT",
        };
        var command = new Command("report", "Run a set of evaluations and write a page with tables and charts")
        {
            output, only, asMeasured, title,
        };
        var shared = new EvaluationOptions(
            command, "1k,2k,4k,8k", defaultDocuments: 10, cell: "length", "homer", "homer:paper", "plain", "truncate");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string folder = parsed.GetRequiredValue(output);
            if (!parsed.GetValue(asMeasured))
                Measure(parsed, folder, cancellation);
            IReadOnlyList<string> written = ReportFolder.Write(folder, parsed.GetRequiredValue(title));
            if (parsed.WantsJson())
                Terminal.WriteJson(new { Files = written });
            else
                Terminal.Note($"The page is {written[0]}.");
            return ExitCode.Success;
        }

        void Measure(ParseResult parsed, string folder, CancellationToken cancellation)
        {
            (int[] lengths, int documents, int seed) = shared.GeneratedDocuments(parsed);
            string[] wanted = parsed.GetRequiredValue(only).Split(',');
            if (wanted.FirstOrDefault(name => !Tasks.Contains(name)) is { } unknown)
                throw new UsageException($"'{unknown}' is not an evaluation; use {string.Join(", ", Tasks)}.");
            IReadOnlyList<Func<HomerEngine, Variant>> variants = shared.Variants(parsed);
            IReadOnlyList<Func<HomerEngine, Variant>> ablations = new VariantParser().ParseAll([.. AblationCommand.Variants("paper")]);
            ReportFolder.Require(folder);
            foreach (string page in ReportFolder.Pages)
                parsed.RequireOutput(output, Path.Combine(folder, page));
            foreach (string log in Tasks.Intersect(wanted).Select(name => Path.Combine(folder, $"{name}.jsonl")))
            {
                parsed.RequireOutput(output, log);
                TrialLog.RequireLog(log);
            }

            using HomerEngine engine = shared.Load(parsed, cancellation);
            foreach (string name in Tasks.Intersect(wanted))
            {
                IEvaluationTask task = CreateTask(name, engine, lengths, documents, seed);
                using TrialLog log = TrialLog.Open(Path.Combine(folder, $"{name}.jsonl"), EvaluationRunner.Settings(engine, task));
                shared.Measure(parsed, engine, task, name == "ablation" ? ablations : variants, log, cancellation);
            }
        }
    }

    private static IEvaluationTask CreateTask(string name, HomerEngine engine, int[] lengths, int documents, int seed)
    {
        double[] depths = [.. Enumerable.Range(0, DepthCount).Select(i => i / (DepthCount - 1.0))];
        int ofEachDepth = Math.Max(1, documents / DepthCount), window = engine.Model.Config.Window;
        return name switch
        {
            "passkey" => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, depths, ofEachDepth, seed),
            "qa" => new FactTask(engine, lengths, documents, seed: seed),
            "perplexity" => new PerplexityTask(window, [.. Enumerable.Range(seed, Texts).Select(Chronicle)], lengths, sparse: true),
            "memory" => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, [0.5], 1, seed) { Name = name },
            _ => new PassKeyTask(engine, PassKeyStyle.Chronicle, lengths, depths, Math.Max(1, ofEachDepth / 2), seed) { Name = name },
        };

        EvaluationText Chronicle(int number) => EvaluationText.Chronicle(engine.Tokenizer, number, lengths[^1] + window);
    }
}
