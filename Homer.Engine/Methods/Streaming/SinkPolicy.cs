using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;

namespace Homer.Engine.Methods.Streaming;

/// <summary>
/// StreamingLLM's cache: the first tokens, which attention sinks into, and the last ones; see <see cref="StreamingMethod"/>.
/// </summary>
internal sealed class SinkPolicy : RollingPolicy
{
    private readonly SurvivorCompaction compaction;
    private readonly int sinks;
    private readonly DeviceBuffer<int> kept;
    private readonly DeviceBuffer<LayerSpan> spans;

    public SinkPolicy(TransformerModel model, RopeTable rope, ResolvedStreamingOptions options, CacheType type)
        : base(model, rope, options.Limit, options.Block, type)
    {
        compaction = model.Device.Kernels.Get(device => new SurvivorCompaction(device));
        sinks = options.Sinks;
        kept = Own(() => model.Device.Allocate<int>(options.Limit, MemoryUse.Workspace));
        spans = Own(() => model.Device.Allocate<LayerSpan>(model.Config.Layers, MemoryUse.Workspace));
    }

    /// <summary>Returns the bytes of device memory that the policy takes.</summary>
    public static long BytesFor(ModelConfig config, ResolvedStreamingOptions options, CacheType type) =>
        BytesFor(config, options.Limit, options.Block, type) + ComputeDevice.BytesFor<int>(options.Limit)
            + ComputeDevice.BytesFor<LayerSpan>(config.Layers);

    /// <inheritdoc/>
    public override void Prepare(KvContext context, int tokens)
    {
        int over = context.Length + tokens - Limit!.Value;
        if (over <= 0)
            return;
        int count = context.Length - over, layers = Model.Config.Layers;
        kept.Write([.. Enumerable.Range(0, count).Select(row => row < sinks ? row : row + over)]);
        spans.Write([.. Enumerable.Repeat(new LayerSpan { Left = context.Length }, layers)]);
        compaction.LaunchCache(context.Cache, 0, layers, spans.View, kept.View, count);
        context.Truncate(over, count);
    }
}
