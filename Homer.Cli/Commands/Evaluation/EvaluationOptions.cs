using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Commands.Evaluation;

/// <summary>The options that all evaluations share, and the run of an evaluation with their values.</summary>
internal sealed class EvaluationOptions
{
    private const string KeepLeavesDescription =
        "Keep the results of HOMER's leaves, and the keys of recall, for the other questions and variants of a document: the same scores "
        + "sooner, but times and peaks are no longer those of a single reading [default: false]";

    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<string[]> methods;
    private readonly Option<string> lengths;
    private readonly Option<int> documents;

    private readonly Option<int> seed = new Option<int>("--seed")
    {
        Description = "Seed of the first document; later documents take the next seeds",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    }.AtLeast(0);

    private readonly Option<bool> keepLeaves = new("--keep-leaves") { Description = KeepLeavesDescription };

    private readonly Option<string?> output = new("--out")
    {
        Description = "JSON Lines file that records every trial; a file that exists is continued [default: none]",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command; if it has an <c>--out</c> already, no other is added.</param>
    /// <param name="defaultLengths">The default of <c>--lengths</c>.</param>
    /// <param name="defaultDocuments">The default of <c>--documents</c>.</param>
    /// <param name="cell">The unit that <c>--documents</c> counts for, such as "length".</param>
    /// <param name="defaultMethods">The default of <c>--method</c>; empty for a command with fixed variants, without the option.</param>
    public EvaluationOptions(Command command, string defaultLengths, int defaultDocuments, string cell, params string[] defaultMethods)
    {
        methods = new("--method")
        {
            Description = "Variant to measure, such as truncate, homer or homer:paper,chunk=128; may be given several times",
            DefaultValueFactory = _ => defaultMethods,
            HelpName = "VARIANT",
        };
        lengths = new Option<string>("--lengths")
        {
            Description = "Comma-separated lengths of the document in tokens; k is 1024",
            DefaultValueFactory = _ => defaultLengths,
            HelpName = "LIST",
        }.Checked(text => NumberList.Lengths(text));
        documents = new Option<int>("--documents")
        {
            Description = $"Number of generated documents for each {cell}",
            DefaultValueFactory = _ => defaultDocuments,
            HelpName = "N",
        }.AtLeast(1);
        foreach (Option option in new Option[] { model, lengths, documents, seed, keepLeaves })
            command.Add(option);
        if (defaultMethods.Length > 0)
            command.Add(methods);
        if (!command.Options.Any(option => option.Name == output.Name))
            command.Add(output);
    }

    /// <summary>Creates the option to ask bare questions; every command needs an instance of its own.</summary>
    public static Option<bool> Bare() => new("--bare")
    {
        Description = "Ask without beginning the answer, and read again where the model is unsure, as homer ask does [default: false]",
    };

    /// <summary>Returns the lengths of generated documents, their number for each cell, and the seed of the first.</summary>
    public (int[] Lengths, int Documents, int Seed) GeneratedDocuments(ParseResult parsed) =>
        (NumberList.Lengths(parsed.GetRequiredValue(lengths)), parsed.GetValue(documents), parsed.GetValue(seed));

    /// <summary>Returns the most documents to take of those that files hold: all, unless a number was given.</summary>
    public int DocumentsOfFiles(ParseResult parsed) =>
        parsed.GetResult(documents) is { Implicit: false } ? parsed.GetValue(documents) : int.MaxValue;

    /// <summary>Returns the variants to compare.</summary>
    public IReadOnlyList<Func<HomerEngine, Variant>> Variants(ParseResult parsed) =>
        new VariantParser().ParseAll(parsed.GetRequiredValue(methods));

    /// <summary>Loads the model.</summary>
    public HomerEngine Load(ParseResult parsed, CancellationToken cancellation) => parsed.LoadEngine(model, null, cancellation);

    /// <summary>Measures one task and reports the result.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="createTask">Creates the task for the loaded model.</param>
    /// <param name="report">Reports all trials of the log, new and old.</param>
    /// <param name="cancellation">Cancels the run.</param>
    /// <param name="fixedVariants">The variants of a command that does not take <c>--method</c>.</param>
    public int Run(
        ParseResult parsed, Func<HomerEngine, IEvaluationTask> createTask, Action<HomerEngine, TrialLog> report,
        CancellationToken cancellation, IReadOnlyList<string>? fixedVariants = null)
    {
        IReadOnlyList<Func<HomerEngine, Variant>> variants =
            fixedVariants is null ? Variants(parsed) : new VariantParser().ParseAll(fixedVariants);
        string? path = parsed.GetValue(output) is null ? null : parsed.OutputPath(output!, OutputForm.Text);
        if (path is not null)
            TrialLog.RequireLog(path);
        using HomerEngine engine = Load(parsed, cancellation);
        IEvaluationTask task = createTask(engine);
        IReadOnlyDictionary<string, string> settings = EvaluationRunner.Settings(engine, task);
        using TrialLog log = path is null ? TrialLog.InMemory(settings) : TrialLog.Open(path, settings);
        Measure(parsed, engine, task, variants, log, cancellation);
        report(engine, log);
        return ExitCode.Success;
    }

    /// <summary>Measures the trials that a log does not hold yet, with a progress bar.</summary>
    public void Measure(
        ParseResult parsed, HomerEngine engine, IEvaluationTask task, IReadOnlyList<Func<HomerEngine, Variant>> variants, TrialLog log,
        CancellationToken cancellation)
    {
        if (task.Cases.Count == 0)
            throw new HomerException("There is nothing to measure: every text is shorter than the lengths asked for.");
        log.Begin(CommandLine.Of(parsed));
        int trials = task.Cases.Sum(evaluationCase => evaluationCase.Depths.Count) * variants.Count;
        try
        {
            Terminal.WithProgress($"{task.Name}: {trials:N0} trials", progress =>
            {
                new EvaluationRunner(engine, task, [.. variants.Select(create => create(engine))], log)
                {
                    KeepsLeaves = parsed.GetValue(keepLeaves) && task.Name != "memory",
                }.Run(progress, cancellation);
                return 0;
            });
        }
        catch (OperationCanceledException) when (log.Path is not null)
        {
            Terminal.Note($"{log.Trials.Count:N0} trials are in {log.Path}; the same command continues from there.");
            throw;
        }
    }
}
