using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;

namespace Homer.Engine.Methods.Homer;

/// <summary>The memory and the work of a reading by hierarchical merging, known from lengths alone.</summary>
public sealed class MergeForecast : ReadingForecast
{
    internal MergeForecast(HomerReading reading, GenerationOptions? generation)
    {
        Reading = reading;
        Memory = MemoryOf(reading, generation);
        Work = WithReadingAgain(reading.Plan.Footprint.Work);
    }

    /// <summary>The reading that is forecast.</summary>
    public HomerReading Reading { get; }

    /// <inheritdoc/>
    public override MemoryForecast Memory { get; }

    /// <inheritdoc/>
    public override WorkForecast Work { get; }

    /// <inheritdoc/>
    public override int LongestPass => Reading.Recomputes
        ? Math.Max(Reading.Plan.Footprint.LongestPass, Math.Min(Reading.Request.Model.Device.BlockLength, Survivors))
        : Reading.Plan.Footprint.LongestPass;

    /// <inheritdoc/>
    public override IReadOnlyList<int> CachedTokens =>
        Reading.Recomputes ? [.. Enumerable.Repeat(Survivors, Reading.Plan.Layers)] : Reading.Plan.Footprint.Finished;

    /// <inheritdoc/>
    /// <remarks>Leaves then read only the suffix.</remarks>
    public override WorkForecast WorkWithKeptLeaves
    {
        get
        {
            var alone = new PlanFootprint(Reading.Plan, Reading.Request.Model.Config, sideBySide: false);
            return WithReadingAgain(new(
                alone.Work.TokenLayers - alone.DocumentWork.TokenLayers, alone.Work.Flop - alone.DocumentWork.Flop));
        }
    }

    /// <inheritdoc/>
    public override (long Passes, int Tokens) SuffixPasses => (
        Reading.Plan.Root.DepthFirst().Where(node => node.Height == 0).Sum(leaf => (long)(leaf.EndLayer - leaf.FirstLayer)),
        Reading.Plan.SuffixLength);

    /// <summary>The number of tokens of the root, affixes included.</summary>
    private int Survivors => Reading.Plan.Root.KeptLength;

    private static MemoryForecast MemoryOf(HomerReading reading, GenerationOptions? generation)
    {
        TransformerModel model = reading.Request.Model;
        var finished = new FinishedBuffers(reading);
        var scratch = new ScratchBuffers(reading, rope: null);
        long held = model.Device.Memory.InUse - (reading.Leaves?.DeviceBytes ?? 0);
        long leaves = KeptLeaves.DeviceBytesFor(reading);
        long cache = finished.Bytes(MemoryUse.Cache) + KvContext.BytesFor(model.Config) + leaves;
        long workspace = finished.Bytes(MemoryUse.Workspace);
        long treeCache = scratch.Bytes(MemoryUse.Cache), treeWorkspace = scratch.Bytes(MemoryUse.Workspace);

        MemoryForecast merging = new(held, cache + treeCache, workspace + treeWorkspace);
        if (reading.Recomputes)
        {
            MemoryForecast plain = PlainFootprint.Forecast(reading.Request, reading.Plan.Root.KeptLength, held, generation);
            plain = plain with { CacheBytes = plain.CacheBytes + leaves };
            return merging.PeakBytes >= plain.PeakBytes ? merging : plain;
        }

        long reread = reading.RereadsSuffix ? KvContext.WorkspaceBytesFor(model, reading.Plan.SuffixLength) : 0;
        long after = PlainFootprint.WorkspaceBytes(model, reread, generation);
        return treeCache + treeWorkspace >= after ? merging : new(held, cache, workspace + after);
    }

    private WorkForecast WithReadingAgain(WorkForecast work)
    {
        ModelConfig config = Reading.Request.Model.Config;
        if (Reading.Recomputes)
        {
            WorkForecast plain = WorkForecast.OfPlain(config, Survivors);
            return new(work.TokenLayers + plain.TokenLayers, work.Flop + plain.Flop);
        }

        if (!Reading.RereadsSuffix)
            return work;
        int suffix = Reading.Plan.SuffixLength;
        double layers = Reading.Plan.Footprint.Finished.Sum(held => WorkForecast.LayerFlop(config, suffix, suffix, held - suffix));
        return new(work.TokenLayers + ((long)suffix * config.Layers), work.Flop + layers + WorkForecast.HeadFlop(config));
    }
}
