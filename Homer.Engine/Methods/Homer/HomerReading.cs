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

    /// <inheritdoc/>
    public override ReadingForecast Forecast(GenerationOptions? generation = null) => new MergeForecast(this, generation);

    /// <inheritdoc/>
    public override KvContext Read(Action<double>? progress = null)
    {
        using Compiling.Scope compiling = Compiling.Until(Request.Cancellation);
        Survivors?.Begin(Plan, Options);
        KvContext context;
        Action<PruningEvent>? record = Survivors is { } map ? map.Record : null;
        using (var run = new HomerRun(this) { Progress = progress ?? Request.Progress, OnPruning = record })
            context = run.Run();
        if (Options.RereadSuffix)
            RereadSuffix(context);
        return context;
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
