using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Forecast;

/// <summary>
/// Device memory that a run takes at its fullest moment, known before anything is allocated: to the byte what the device's ledger
/// then accounts. Each class that allocates says its own size; here they are put together in the order of a run.
/// </summary>
/// <param name="WeightsBytes">What is held before the run begins: the model's parameters.</param>
/// <param name="CacheBytes">Keys, values and hidden states of live chunks, and logits.</param>
/// <param name="WorkspaceBytes">Activations, rotations and scratch.</param>
public sealed record MemoryForecast(long WeightsBytes, long CacheBytes, long WorkspaceBytes)
{
    /// <summary>The most bytes held at once.</summary>
    public long PeakBytes => WeightsBytes + CacheBytes + WorkspaceBytes;

    /// <summary>Forecasts a run: the tree, then the suffix read again if the settings ask for it, then new tokens if any are wanted.</summary>
    /// <param name="model">The model, on its device.</param>
    /// <param name="options">The settings.</param>
    /// <param name="plan">The tree that they lead to.</param>
    /// <param name="calibration">The calibration table, if there is one.</param>
    /// <param name="newTokens">Tokens that the context must have room for beyond the input.</param>
    /// <param name="generation">How the context is continued; null where it is not.</param>
    /// <param name="weightsBytes">What is held before the run.</param>
    /// <param name="leavesBytes">What keeping leaves takes.</param>
    public static MemoryForecast Of(
        TransformerModel model, ResolvedHomerOptions options, MergePlan plan, CalibrationTable? calibration = null, int newTokens = 0,
        GenerationOptions? generation = null, long weightsBytes = 0, long leavesBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plan);
        ModelConfig config = model.Config;
        (long cache, long workspace) = RunBuffers.FinishedBytesFor(config, plan, options, newTokens);
        cache += leavesBytes;
        (long treeCache, long treeWorkspace) = RunBuffers.ScratchBytesFor(model, plan, options, calibration);

        // What the second reading worked in is kept until a block of another length comes: the first new token.
        long reread = options.RereadSuffix ? KvContext.WorkspaceBytesFor(model, plan.SuffixLength) : 0;
        long after = generation is null
            ? reread
            : Generator.BytesFor(config, generation) + Math.Max(reread, generation.MaxTokens > 1 ? KvContext.WorkspaceBytesFor(model, 1) : 0);
        return treeCache + treeWorkspace >= after
            ? new(weightsBytes, cache + treeCache, workspace + treeWorkspace)
            : new(weightsBytes, cache, workspace + after);
    }
}
