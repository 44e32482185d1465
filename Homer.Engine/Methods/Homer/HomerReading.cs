using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;

namespace Homer.Engine.Methods.Homer;

/// <summary>A planned reading by hierarchical merging: its settings and its tree are decided.</summary>
public sealed class HomerReading : PlannedReading
{
    internal HomerReading(ContextRequest request, ResolvedHomerOptions options, MergePlan plan, CalibrationTable? calibration)
        : base(request)
    {
        Options = options;
        Plan = plan;
        Calibration = calibration;
    }

    /// <summary>The settings, every default filled in.</summary>
    public ResolvedHomerOptions Options { get; }

    /// <summary>The tree.</summary>
    public MergePlan Plan { get; }

    /// <inheritdoc/>
    public override long KeptBytes => KeptLeaves.WordsFor(this) * Plan.LeafCount * sizeof(int);

    /// <summary>The calibration table; null where logits are taken as they are.</summary>
    internal CalibrationTable? Calibration { get; }

    /// <summary>The place where leaves are kept, if there is one.</summary>
    internal LeafStore? Leaves { get; init; }

    /// <summary>The map that the reading fills, if there is one.</summary>
    internal SurvivorMap? Survivors { get; init; }

    /// <summary>Whether survivors are read again as ordinary text; where every token survives, they have been.</summary>
    internal bool Recomputes => Options.Recompute && Plan.Root.KeptLength < Request.Input.Length;

    /// <summary>Whether the suffix is read again over the survivors.</summary>
    internal bool RereadsSuffix => Options.RereadSuffix && !Recomputes;

    /// <inheritdoc/>
    public override ReadingForecast Forecast(GenerationOptions? generation = null) => new MergeForecast(this, generation);

    /// <inheritdoc/>
    public override KvContext Read(Action<double>? progress = null)
    {
        using Compiling.Scope compiling = Compiling.Until(Request.Cancellation);
        Survivors?.Begin(Plan, Options);
        progress ??= Request.Progress;
        double merging = Recomputes ? (double)Plan.Footprint.TokenLayers / Forecast().Work.TokenLayers : 1;
        KvContext context;
        Action<PruningEvent>? record = Survivors is { } map ? map.Record : null;
        using (var run = new HomerRun(this) { Progress = progress is null ? null : done => progress(done * merging), OnPruning = record })
            context = run.Run();
        if (RereadsSuffix)
            RereadSuffix(context);
        if (!Recomputes)
            return context;
        IReadOnlyList<int> survivors = context.Survivors.Tokens;
        context.Dispose();
        return PlainReading.ReadChosen(
            Request with { Progress = progress is null ? null : done => progress(merging + (done * (1 - merging))) }, survivors);
    }

    /// <summary>
    /// Drops the suffix, which is an average over all leaves, and reads it once more over the prefix and the surviving document tokens.
    /// </summary>
    private void RereadSuffix(KvContext context)
    {
        try
        {
            context.Truncate(Plan.SuffixLength, Plan.SuffixPosition);
            context.Append([.. Request.Input.Suffix], cancellation: Request.Cancellation);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }
}
