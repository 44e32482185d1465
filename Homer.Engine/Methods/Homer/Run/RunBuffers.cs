using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// The device memory of a run, sized once from the plan: nothing is allocated inside the tree. Rotations and cache outlive the run when they
/// are handed over to the finished context.
/// </summary>
internal sealed class RunBuffers : IDisposable
{
    private readonly Lifetime finished = new();
    private readonly Lifetime scratch = new();
    private readonly DeviceBuffer<float> bias;
    private readonly DeviceBuffer<LayerSpan> spans;
    private readonly DeviceBuffer<int> ranks;
    private readonly DeviceBuffer<float> pooled;
    private readonly int distances;
    private bool handedOver;

    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public RunBuffers(ContextRequest request, MergePlan plan, ResolvedHomerOptions options)
    {
        ModelConfig config = request.Model.Config;
        ComputeDevice device = request.Model.Device;
        int longest = plan.Footprint.LongestPass;
        float[] table = UsesTable(options, request.Calibration) ? request.Calibration!.MeanLogits.ToArray() : new float[config.Layers];
        distances = table.Length / config.Layers;
        try
        {
            Rope = finished.Own(new RopeTable(device, config, options.RopeScaling, Positions(plan, request.NewTokens)));
            Cache = finished.Own(new KeyValueCache(device, Capacities(plan, request.NewTokens), config.KvHeads, config.HeadDim, options.CacheType));
            Rows = scratch.Own(new ChunkRows(device, plan.Footprint.Rows, config.HiddenSize));
            Forward = scratch.Own(new ForwardPass(request.Model, Rope, longest));
            bias = scratch.Own(device.Upload<float>(table, MemoryUse.Workspace));
            spans = scratch.Own(device.Allocate<LayerSpan>(SpanCount(config, plan), MemoryUse.Workspace));
            Kept = scratch.Own(device.Allocate<int>(longest, MemoryUse.Workspace));
            ranks = scratch.Own(device.Allocate<int>(longest, MemoryUse.Workspace));
            pooled = scratch.Own(device.Allocate<float>(longest, MemoryUse.Workspace));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The rotations.</summary>
    public RopeTable Rope { get; }

    /// <summary>Keys and values of all live chunks.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>Hidden states and what else is kept for each token of all live chunks.</summary>
    public ChunkRows Rows { get; }

    /// <summary>The activations of one chunk.</summary>
    public ForwardPass Forward { get; }

    /// <summary>Survivors of a pruning.</summary>
    public DeviceBuffer<int> Kept { get; }

    /// <summary>What a selection works in.</summary>
    public (ArrayView<int> Ranks, ArrayView<float> Pooled) Selection => (ranks.View, pooled.View);

    /// <summary>Bytes of device memory that the context takes when the run is over.</summary>
    public static (long Cache, long Workspace) FinishedBytesFor(ModelConfig config, MergePlan plan, ResolvedHomerOptions options, int newTokens) => (
        KeyValueCache.BytesFor(Capacities(plan, newTokens), config.KvHeads, config.HeadDim, options.CacheType) + KvContext.BytesFor(config),
        RopeTable.BytesFor(config, Positions(plan, newTokens)));

    /// <summary>Bytes of device memory that the run takes beyond them while it lasts.</summary>
    public static (long Cache, long Workspace) ScratchBytesFor(
        TransformerModel model, MergePlan plan, ResolvedHomerOptions options, CalibrationTable? calibration)
    {
        ModelConfig config = model.Config;
        int longest = plan.Footprint.LongestPass;
        return (
            ChunkRows.BytesFor(plan.Footprint.Rows, config.HiddenSize),
            ForwardPass.BytesFor(model, longest)
            + ComputeDevice.BytesFor<float>(UsesTable(options, calibration) ? calibration!.MeanLogits.Length : config.Layers)
            + ComputeDevice.BytesFor<LayerSpan>(SpanCount(config, plan))
            + (2 * ComputeDevice.BytesFor<int>(longest)) + ComputeDevice.BytesFor<float>(longest));
    }

    /// <summary>A layer's usual logits by distance.</summary>
    public ArrayView<float> Bias(int layer) => bias.View.SubView((long)layer * distances, distances);

    /// <summary>Tells the device where chunks lie in some layers.</summary>
    public ArrayView<LayerSpan> WriteSpans(int count, Func<int, LayerSpan> span)
    {
        spans.Write([.. Enumerable.Range(0, count).Select(span)]);
        return Spans(0, count);
    }

    /// <summary>What has been told.</summary>
    public ArrayView<LayerSpan> Spans(int first, int count) => spans.View.SubView(first, count);

    /// <summary>Gives rotations and cache to a context that goes on from the finished chunk.</summary>
    public KvContext HandOver(TransformerModel model, LiveChunk root, int nextPosition)
    {
        var context = new KvContext(model, finished, Rope, Cache, [.. root.Layers.Select(layer => layer.Length)], nextPosition)
        {
            Survivors = Rows.Read(0, root.Tokens),
        };
        handedOver = true;
        return context;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scratch.Dispose();
        if (!handedOver)
            finished.Dispose();
    }

    // Of every leaf that runs at once, or of one chunk.
    private static int SpanCount(ModelConfig config, MergePlan plan) => plan.LeavesAtOnce * config.Layers;

    private static int Positions(MergePlan plan, int newTokens) => plan.SuffixPosition + plan.SuffixLength + newTokens;

    private static int[] Capacities(MergePlan plan, int newTokens) =>
        [.. plan.Footprint.Layers.Zip(plan.Footprint.Finished, (peak, last) => Math.Max(peak, last + newTokens))];

    private static bool UsesTable(ResolvedHomerOptions options, CalibrationTable? calibration) =>
        calibration is not null && options.Pruning == Pruning.Calibrated;
}
