using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;

namespace Homer.Cli.Commands.Evaluation;

/// <summary>The options that all evaluations share, and the running of them.</summary>
internal sealed class EvaluationOptions
{
    private readonly Option<string> model = CommonOptions.Model();
    private readonly Option<string[]> methods;
    private readonly Option<string> lengths;
    private readonly Option<int> documents;
    private readonly Option<int> seed = new("--seed") { Description = "Seed of the first document; the others follow", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<bool> keepLeaves = new("--keep-leaves")
    {
        Description = "Keep what HOMER's leaves compute of a document for its other questions and variants: the same scores sooner, but no times and peaks of a reading alone; not for memory, which measures just those",
    };

    private readonly Option<string?> output;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command; one that has an <c>--out</c> of its own keeps it.</param>
    /// <param name="lengthsByDefault">Lengths in tokens.</param>
    /// <param name="documentsByDefault">Documents of a cell.</param>
    /// <param name="cell">What a cell is.</param>
    /// <param name="methodsByDefault">Variants; none for a command that has its own, and no option for them.</param>
    public EvaluationOptions(Command command, string lengthsByDefault, int documentsByDefault, string cell, params string[] methodsByDefault)
    {
        output = new("--out") { Description = "Keep every trial in this JSON-lines file, and go on where it ends", HelpName = "FILE" };
        methods = new("--method")
        {
            Description = "A variant to measure, such as truncate, homer or homer:paper,chunk=128; may be given more than once",
            DefaultValueFactory = _ => methodsByDefault,
            HelpName = "VARIANT",
        };
        lengths = new("--lengths") { Description = "Tokens of context, with commas; k is 1024", DefaultValueFactory = _ => lengthsByDefault, HelpName = "LIST" };
        documents = new("--documents") { Description = $"Generated documents of each {cell}", DefaultValueFactory = _ => documentsByDefault, HelpName = "N" };
        foreach (Option option in new Option[] { model, lengths, documents, seed, keepLeaves })
            command.Add(option);
        if (methodsByDefault.Length > 0)
            command.Add(methods);
        if (!command.Options.Any(option => option.Name == output.Name))
            command.Add(output);
    }

    /// <summary>Documents from a file to take at most: all, unless a number was given.</summary>
    public int DocumentsFromFile(ParseResult parsed) => parsed.GetResult(documents) is { Implicit: false } ? Documents(parsed) : int.MaxValue;

    public int[] Lengths(ParseResult parsed) => NumberList.Lengths(parsed.GetRequiredValue(lengths));

    public int Documents(ParseResult parsed) => Positive(documents.Name, parsed.GetValue(documents));

    public int Seed(ParseResult parsed) =>
        parsed.GetValue(seed) is >= 0 and int value ? value : throw new UsageException($"{seed.Name} must be at least 0, not {parsed.GetValue(seed)}.");

    /// <summary>A number that must be at least 1.</summary>
    public static int Positive(string name, int value) => value >= 1 ? value : throw new UsageException($"{name} must be at least 1, not {value}.");

    /// <summary>Measures one task and shows what came of it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="createTask">Describes the task, once the model is there.</param>
    /// <param name="report">Given all trials of the log, new and old.</param>
    /// <param name="cancellation">Stops soon.</param>
    /// <param name="variantsOfItsOwn">The variants of a command that has its own.</param>
    public int Run(
        ParseResult parsed, Func<HomerEngine, IEvaluationTask> createTask, Action<HomerEngine, TrialLog> report, CancellationToken cancellation,
        IReadOnlyList<string>? variantsOfItsOwn = null)
    {
        IReadOnlyList<Func<HomerEngine, Variant>> variants = variantsOfItsOwn is null ? Variants(parsed) : new VariantParser().ParseAll(variantsOfItsOwn);
        string? path = parsed.GetValue(output) is null ? null : parsed.OutputPath(output!);
        using HomerEngine engine = Load(parsed);
        IEvaluationTask task = createTask(engine);
        IReadOnlyDictionary<string, string> settings = EvaluationRunner.Settings(engine, task);
        using TrialLog log = path is null ? TrialLog.InMemory(settings) : TrialLog.Open(path, settings);
        Measure(parsed, engine, task, variants, log, cancellation);
        report(engine, log);
        return ExitCode.Success;
    }

    /// <summary>What is to be compared.</summary>
    public IReadOnlyList<Func<HomerEngine, Variant>> Variants(ParseResult parsed) => new VariantParser().ParseAll(parsed.GetRequiredValue(methods));

    /// <summary>The model.</summary>
    public HomerEngine Load(ParseResult parsed) => parsed.LoadEngine(model);

    /// <summary>Measures what a log does not hold yet, with progress.</summary>
    public void Measure(
        ParseResult parsed, HomerEngine engine, IEvaluationTask task, IReadOnlyList<Func<HomerEngine, Variant>> variants, TrialLog log,
        CancellationToken cancellation)
    {
        if (task.Cases.Count == 0)
            throw new HomerException("There is nothing to measure: every text is shorter than the lengths asked for.");
        log.Begin(CommandLine.Of(parsed));
        int trials = task.Cases.Sum(which => which.Depths.Count) * variants.Count;
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
            Terminal.Note($"{log.Trials.Count:N0} trials are in {log.Path}; the same command goes on from there.");
            throw;
        }
    }
}
