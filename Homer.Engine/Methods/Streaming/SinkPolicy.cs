using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;

namespace Homer.Engine.Methods.Streaming;

/// <summary>The cache of <see cref="StreamingMethod"/>: the first tokens, which serve as attention sinks, and the last ones.</summary>
internal sealed class SinkPolicy : RollingPolicy
{
    private readonly SurvivorCompaction compaction;
    private readonly int sinks;
    private readonly DeviceBuffer<int> kept;
    private readonly DeviceBuffer<LayerSpan> spans;

    public SinkPolicy(TransformerModel model, RopeTable rope, ResolvedStreamingOptions options, CacheType type)
        : this(model, rope, options.Sinks, new Buffers(model.Config, options, type))
    {
    }

    private SinkPolicy(TransformerModel model, RopeTable rope, int sinks, Buffers plan)
        : base(model, rope, plan)
    {
        compaction = model.Device.Kernels.Get(device => new SurvivorCompaction(device));
        this.sinks = sinks;
        kept = Get(plan.Kept);
        spans = Get(plan.Spans);
    }

    /// <summary>Returns the bytes of device memory that the policy takes.</summary>
    public static long BytesFor(ModelConfig config, ResolvedStreamingOptions options, CacheType type) =>
        new Buffers(config, options, type).Bytes();

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

    private sealed class Buffers : RollingBuffers
    {
        public Buffers(ModelConfig config, ResolvedStreamingOptions options, CacheType type)
            : base(config, options.Limit, options.Block, type)
        {
            Kept = Add<int>(options.Limit, MemoryUse.Workspace);
            Spans = Add<LayerSpan>(config.Layers, MemoryUse.Workspace);
        }

        public Planned<DeviceBuffer<int>> Kept { get; }

        public Planned<DeviceBuffer<LayerSpan>> Spans { get; }
    }
}
