using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;

namespace Homer.Engine.Evaluation;

/// <summary>
/// Measures the trials of a task that a log does not contain yet. Each document is written once and read by every variant.
/// </summary>
/// <param name="engine">The model.</param>
/// <param name="task">The task.</param>
/// <param name="variants">The variants to compare.</param>
/// <param name="log">The log that keeps the trials.</param>
public sealed class EvaluationRunner(HomerEngine engine, IEvaluationTask task, IReadOnlyList<Variant> variants, TrialLog log)
{
    private readonly HomerEngine engine = NotNull.Of(engine);
    private readonly IEvaluationTask task = NotNull.Of(task);
    private readonly IReadOnlyList<Variant> variants = NotNull.Of(variants);
    private readonly TrialLog log = NotNull.Of(log);
    private readonly HashSet<Variant> warm = [];
    private readonly RecallMemory keys = new();

    /// <summary>
    /// True to keep HOMER's leaves of a document for further questions and variants, and what recall keeps of it for other variants and for
    /// documents that begin alike. Scores stay the same, on the CPU to the bit, but seconds and peaks are then no longer those of a single
    /// reading.
    /// </summary>
    public bool KeepsLeaves { get; init; }

    /// <summary>
    /// Returns the settings that trials must share to be comparable: those of the task, and the model, its device and the library.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Settings(HomerEngine engine, IEvaluationTask task)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(task);
        DeviceDescription device = engine.Model.Device.Description;
        return new Dictionary<string, string>(task.Settings)
        {
            ["task"] = task.Name,
            ["model"] = $"{engine.Name} ({engine.Model.SampledFingerprint[..16]})",
            ["window"] = engine.Model.Config.Window.ToString(CultureInfo.InvariantCulture),
            ["device"] = $"{device.Id}, {device.Name}, {device.Features}",
            ["runtime"] = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
            ["homer"] = typeof(EvaluationRunner).Assembly.GetName().Version!.ToString(3),
        };
    }

    /// <summary>Measures every trial that the log does not contain yet.</summary>
    /// <param name="progress">Receives the finished share of the work, 0 … 1, in proportion to the lengths of documents.</param>
    /// <param name="cancellation">Stops soon; finished trials stay in the log.</param>
    /// <exception cref="HomerException">A variant cannot read a document, or the log cannot be written.</exception>
    public void Run(Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var shared = new RecallMemory();
        double all = task.Cases.Sum(which => (double)which.Length), done = 0;
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument? document = null;
            using LeafStore? leaves = KeepsLeaves ? LeafStore.OnDevice() : null;
            var kept = new KeptReading(leaves, shared);
            Variant? last = null;
            foreach ((Variant variant, int question) in Missing(which))
            {
                cancellation.ThrowIfCancellationRequested();
                document ??= task.Create(which);
                if (warm.Add(variant))
                    WarmUp(variant, which, document, question, KeepsLeaves ? shared : new(), cancellation);
                // What recall keeps of a document is for all questions about it; other variants take it where leaves are kept, too.
                if (last != variant && !KeepsLeaves)
                    kept = new(leaves, new());
                last = variant;
                log.Append(Measure(variant, which, document, question, kept, cancellation));
                progress?.Invoke((done + (which.Length * Share(which, variant, question))) / all);
            }

            done += which.Length;
        }
    }

    private IEnumerable<(Variant Variant, int Question)> Missing(EvaluationCase which) =>
        from variant in variants
        from question in Enumerable.Range(0, which.Depths.Count)
        where !log.Contains(new(variant.Name, which.Source, which.Length, which.Depths[question], which.Number, question))
        select (variant, question);

    private double Share(EvaluationCase which, Variant variant, int question) =>
        (variants.TakeWhile(other => other != variant).Count() + ((question + 1.0) / which.Depths.Count)) / variants.Count;

    /// <summary>
    /// Reads the beginning of a document once before a variant's first trial, so that no trial includes the compilation of kernels.
    /// </summary>
    private void WarmUp(
        Variant variant, EvaluationCase which, EvaluationDocument document, int question, RecallMemory kept,
        CancellationToken cancellation)
    {
        // What states the answer may lie beyond it.
        EvaluationDocument beginning = document with
        {
            Tokens = [.. document.Tokens.Take(2 * engine.Model.Config.Window)],
            Questions = [.. document.Questions.Select(question => question with { Evidence = [], Tokens = null })],
        };
        Measure(variant, which, beginning, question, new(null, kept), cancellation);
    }

    private Trial Measure(
        Variant variant, EvaluationCase which, EvaluationDocument document, int question, KeptReading kept,
        CancellationToken cancellation)
    {
        EvaluationQuestion asked = document.Questions[question];
        var input = new ContextInput(document.Prefix, asked.Tokens ?? document.Tokens, asked.Suffix)
        {
            Question = asked.Own,
        };
        ContextRequest request = engine.Request(input, asked.Scorer.NewTokens, cancellation);
        var evidence = new EvidenceTrace(variant.Method, asked.Evidence);
        IContextMethod method = evidence.Method is IRecallingMethod recalling ? recalling.WithMemory(kept.Keys) : evidence.Method;
        var reader = new DocumentReader(method, request with { RopeScaling = variant.RopeScaling, CacheType = variant.CacheType });
        reader.Keep(kept.Leaves);
        ComputeDevice device = engine.Model.Device;
        long? forecast = reader.Forecast()?.Memory.PeakBytes;
        device.Memory.ResetPeak();
        long start = Stopwatch.GetTimestamp();
        using KvContext context = reader.Read();
        device.Synchronize();
        double read = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long peak = device.Memory.Peak;
        double? share = evidence.Kept(context, input.Prefix.Count);
        Score score = asked.Scorer.Score(engine, reader, context);
        return new()
        {
            Variant = variant.Name,
            Source = which.Source,
            Length = which.Length,
            Depth = which.Depths[question],
            Number = which.Number,
            Question = question,
            Kind = asked.Kind,
            Tokens = input.Length,
            Right = score.Right,
            Answer = score.Answer,
            Expected = score.Expected,
            Found = score.Found,
            Kept = share,
            Needed = evidence.Needed,
            Nats = score.Nats,
            ScoredTokens = score.ScoredTokens,
            ReadSeconds = read,
            ScoreSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds - read,
            PeakBytes = peak,
            ForecastBytes = forecast,
        };
    }

    /// <summary>The leaves and keys of a reading that other readings of the same document take.</summary>
    private sealed record KeptReading(LeafStore? Leaves, RecallMemory Keys);
}
