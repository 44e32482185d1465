using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// HOMER, hierarchical context merging (Song et al. 2024, arXiv 2404.10308): chunks of the document are read one or a few at a time and, layer by
/// layer, pruned and merged in a tree, until one cache of a fixed length stands for the whole. Memory beyond the weights grows with the
/// logarithm of the document's length.
/// </summary>
public static class HierarchicalMerging
{
    /// <summary>Reads an input of any length into a context of at most the target's length.</summary>
    /// <param name="request">What to read, and how; without a calibration table, logits are taken as they are.</param>
    /// <returns>A context with the logits after the suffix's last token.</returns>
    /// <exception cref="HomerException">The settings, the input or the table do not fit the model, or memory does not suffice.</exception>
    public static KvContext Read(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        (ResolvedHomerOptions options, MergePlan plan) = Prepare(request.Model, request.Input, request.Options, request.Calibration);
        request.Survivors?.Begin(plan);
        KvContext context;
        using (var run = new HomerRun(request, plan, options) { OnPruning = request.Survivors is { } survivors ? survivors.Record : null })
            context = run.Run();
        if (options.RereadSuffix)
            RereadSuffix(context, request.Input, plan, request.Cancellation);
        return context;
    }

    /// <summary>Checks that everything fits together and decides the tree.</summary>
    internal static (ResolvedHomerOptions Options, MergePlan Plan) Prepare(
        TransformerModel model, ContextInput input, HomerOptions options, CalibrationTable? calibration)
    {
        input.Validate(model);
        return PrepareValid(model, input, options, calibration);
    }

    /// <summary>The same for an input whose tokens are known to be the model's.</summary>
    internal static (ResolvedHomerOptions Options, MergePlan Plan) PrepareValid(
        TransformerModel model, ContextInput input, HomerOptions options, CalibrationTable? calibration) =>
        Prepare(model.Config, input, options with { RowsAtOnce = options.RowsAtOnce ?? model.Device.RowsAtOnce }, calibration);

    /// <summary>The same from lengths alone.</summary>
    internal static (ResolvedHomerOptions Options, MergePlan Plan) Prepare(
        ModelConfig config, ContextInput input, HomerOptions options, CalibrationTable? calibration)
    {
        ResolvedHomerOptions resolved = options.Resolve(config);
        MergePlan plan = MergePlan.Create(resolved, input.Prefix.Count, input.Document.Count, input.Suffix.Count, config);
        if (calibration is null)
            return (resolved, plan);
        if (calibration.Layers != config.Layers)
            throw new HomerException($"The calibration table is for {calibration.Layers} layers but the model has {config.Layers}; make one with homer calibrate.");
        int distances = plan.SuffixPosition + plan.SuffixLength;
        if (resolved.Pruning == Pruning.Calibrated && distances > calibration.Distances)
            throw new HomerException($"The calibration table covers {calibration.Distances} distances but chunks span {distances}; make a longer one with homer calibrate, or use smaller chunks.");
        if (resolved.Accumulate && !calibration.HasScale)
            throw new HomerException("Accumulated significance needs the calibration table's scale, which this table lacks; make one with homer calibrate.");
        return (resolved, plan);
    }

    /// <summary>
    /// Drops the suffix, which the tree has averaged over all leaves, and reads it afresh over the prefix and context that survived.
    /// </summary>
    private static void RereadSuffix(KvContext context, ContextInput input, MergePlan plan, CancellationToken cancellation)
    {
        try
        {
            context.Truncate(input.Suffix.Count, plan.SuffixPosition);
            context.Append([.. input.Suffix], cancellation: cancellation);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }
}
