using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Leaves;
using Homer.Kernels.Devices;

namespace Homer.Engine.Evaluation;

/// <summary>Measures what is missing: each document is written once and then read by every variant.</summary>
/// <param name="engine">The model.</param>
/// <param name="task">What is measured.</param>
/// <param name="variants">What is compared.</param>
/// <param name="log">Where trials are kept; those it holds are not measured again.</param>
public sealed class EvaluationRunner(HomerEngine engine, IEvaluationTask task, IReadOnlyList<Variant> variants, TrialLog log)
{
    private readonly HashSet<Variant> warm = [];

    /// <summary>
    /// Whether what HOMER's leaves compute of a document is kept for further questions and variants. Scores stay the same, on the CPU to the bit;
    /// seconds and peaks are then no longer those of a reading alone.
    /// </summary>
    public bool KeepsLeaves { get; init; }

    /// <summary>What must be the same for trials to be comparable: the task's settings, the model, its device and the library.</summary>
    public static IReadOnlyDictionary<string, string> Settings(HomerEngine engine, IEvaluationTask task)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(task);
        DeviceDescription device = engine.Model.Device.Description;
        return new Dictionary<string, string>(task.Settings)
        {
            ["task"] = task.Name,
            ["model"] = $"{engine.Name} ({engine.Model.Fingerprint[..16]})",
            ["window"] = engine.Model.Config.Window.ToString(CultureInfo.InvariantCulture),
            ["device"] = $"{device.Id}, {device.Name}, {device.Features}",
            ["runtime"] = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
            ["homer"] = typeof(EvaluationRunner).Assembly.GetName().Version!.ToString(3),
        };
    }

    /// <summary>Measures every trial that the log does not hold yet.</summary>
    /// <param name="progress">Told the share of the work that is done, 0 … 1; work is taken to grow with the length.</param>
    /// <param name="cancellation">Stops soon; what was measured stays in the log.</param>
    /// <exception cref="HomerException">A variant cannot read a document, or the log cannot be written.</exception>
    public void Run(Action<double>? progress = null, CancellationToken cancellation = default)
    {
        double all = task.Cases.Sum(which => (double)which.Length), done = 0;
        foreach (EvaluationCase which in task.Cases)
        {
            EvaluationDocument? document = null;
            using LeafCache? leaves = KeepsLeaves ? LeafCache.OnDevice() : null;
            foreach ((Variant variant, int question) in Missing(which))
            {
                cancellation.ThrowIfCancellationRequested();
                document ??= task.Create(which);
                if (warm.Add(variant))
                    WarmUp(variant, which, document, question, cancellation);
                log.Append(Measure(variant, which, document, question, leaves, cancellation));
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

    /// <summary>Reads the beginning of a document first, so that no trial's time holds the compilation of kernels.</summary>
    private void WarmUp(Variant variant, EvaluationCase which, EvaluationDocument document, int question, CancellationToken cancellation) =>
        Measure(variant, which, document with { Context = [.. document.Context.Take(2 * engine.Model.Config.Window)] }, question, null, cancellation);

    private Trial Measure(
        Variant variant, EvaluationCase which, EvaluationDocument document, int question, LeafCache? leaves, CancellationToken cancellation)
    {
        EvaluationQuestion asked = document.Questions[question];
        var input = new ContextInput(document.Prefix, document.Context, asked.Suffix);
        ContextRequest request = engine.Request(input, variant.Options, asked.Scorer.NewTokens, cancellation) with { Calibration = variant.Calibration };
        if (variant.Method is HomerMethod merging)
            request = merging.Prepare(request with { Leaves = leaves });
        ComputeDevice device = engine.Model.Device;
        long? forecast = variant.Method is HomerMethod ? RunForecast.Of(request).Memory.PeakBytes : null;
        device.Memory.ResetPeak();
        long start = Stopwatch.GetTimestamp();
        using KvContext context = variant.Method.Read(request);
        device.Synchronize();
        double read = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long peak = device.Memory.Peak;
        // As in homer ask: reading again is for the method whose memory does not grow with the length.
        Score score = asked.Scorer.Score(engine, context, variant.Method is HomerMethod ? new ConfidenceRereading(variant.Method, request) : null, cancellation);
        return new()
        {
            Variant = variant.Name,
            Source = which.Source,
            Length = which.Length,
            Depth = which.Depths[question],
            Number = which.Number,
            Question = question,
            Tokens = input.Length,
            Right = score.Right,
            Answer = score.Answer,
            Expected = score.Expected,
            Nats = score.Nats,
            ScoredTokens = score.ScoredTokens,
            ReadSeconds = read,
            ScoreSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds - read,
            PeakBytes = peak,
            ForecastBytes = forecast,
        };
    }
}
