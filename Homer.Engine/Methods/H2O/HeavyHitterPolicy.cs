using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.H2O;

/// <summary>
/// The cache of <see cref="HeavyHitterMethod"/>: for each head, the tokens that got most attention so far, and the last ones.
/// </summary>
internal sealed class HeavyHitterPolicy : RollingPolicy
{
    private readonly ResolvedHeavyHitterOptions options;
    private readonly AttentionMass attentionMass;
    private readonly HeavyHitters heavyHitters;
    private readonly HeadCompaction compaction;
    private readonly DeviceBuffer<float> mass;
    private readonly DeviceBuffer<float> normalizers;
    private readonly DeviceBuffer<int> kept;

    public HeavyHitterPolicy(TransformerModel model, RopeTable rope, ResolvedHeavyHitterOptions options, CacheType type)
        : this(model, rope, options, new Buffers(model.Config, options, type))
    {
    }

    private HeavyHitterPolicy(TransformerModel model, RopeTable rope, ResolvedHeavyHitterOptions options, Buffers plan)
        : base(model, rope, plan)
    {
        this.options = options;
        attentionMass = model.Device.Kernels.Get(device => new AttentionMass(device));
        heavyHitters = model.Device.Kernels.Get(device => new HeavyHitters(device));
        compaction = model.Device.Kernels.Get(device => new HeadCompaction(device));
        mass = Get(plan.Mass);
        normalizers = Get(plan.Normalizers);
        kept = Get(plan.Kept);
    }

    /// <summary>Returns the bytes of device memory that the policy takes.</summary>
    public static long BytesFor(ModelConfig config, ResolvedHeavyHitterOptions options, CacheType type) =>
        new Buffers(config, options, type).Bytes();

    private int Planes => Model.Config.Layers * Model.Config.KvHeads;

    /// <inheritdoc/>
    public override void Prepare(KvContext context, int tokens)
    {
        if (context.Length + tokens <= options.Limit)
            return;
        var shape = new HeavyHitters.Shape
        {
            Planes = Planes,
            Stride = options.Limit,
            Rows = context.Length,
            Heavy = options.Heavy,
            Recent = options.Recent,
        };
        heavyHitters.Launch(kept.View, mass.View, shape);
        compaction.Launch(context.Cache, context.Cache, 0, Model.Config.Layers, kept.View, options.Kept);
        compaction.LaunchElements(mass.View, options.Limit, kept.View, Planes, options.Kept);
        context.Truncate(context.Length - options.Kept, options.Kept);
    }

    /// <inheritdoc/>
    public override void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens)
    {
        base.Attend(context, forward, layer, hidden, tokens);
        int past = context.LengthOf(layer);
        long inLayer = (long)Model.Config.KvHeads * options.Limit;
        var ofLayer = new KeyMass { Values = mass.View.SubView(layer * inLayer, inLayer), Stride = options.Limit, Known = past };
        attentionMass.Launch(
            ofLayer, forward.Queries(tokens), new(Rotated, 0), normalizers.View, new(tokens, Model.Config.Heads, past));
    }

    private sealed class Buffers : RollingBuffers
    {
        public Buffers(ModelConfig config, ResolvedHeavyHitterOptions options, CacheType type)
            : base(config, options.Limit, options.Block, type)
        {
            long planes = (long)config.Layers * config.KvHeads;
            Mass = Add<float>(planes * options.Limit, MemoryUse.Cache);
            Normalizers = Add<float>((long)options.Block * config.Heads, MemoryUse.Workspace);
            Kept = Add<int>(planes * options.Kept, MemoryUse.Workspace);
        }

        /// <summary>The attention that each cached token got so far [layers, kv_heads, limit].</summary>
        public Planned<DeviceBuffer<float>> Mass { get; }

        /// <summary>The scratch of the softmax [block, heads].</summary>
        public Planned<DeviceBuffer<float>> Normalizers { get; }

        /// <summary>The rows that each head keeps [layers, kv_heads, kept].</summary>
        public Planned<DeviceBuffer<int>> Kept { get; }
    }
}
