using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.H2O;

/// <summary>
/// H2O's cache: for each head the tokens of most attention so far, and the last ones; see <see cref="HeavyHitterMethod"/>.
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
        : base(model, rope, options.Limit, options.Block, type)
    {
        this.options = options;
        attentionMass = model.Device.Kernels.Get(device => new AttentionMass(device));
        heavyHitters = model.Device.Kernels.Get(device => new HeavyHitters(device));
        compaction = model.Device.Kernels.Get(device => new HeadCompaction(device));
        ModelConfig config = model.Config;
        mass = Own(() => model.Device.Allocate<float>((long)Planes * options.Limit, MemoryUse.Cache));
        normalizers = Own(() => model.Device.Allocate<float>((long)options.Block * config.Heads, MemoryUse.Workspace));
        kept = Own(() => model.Device.Allocate<int>((long)Planes * options.Kept, MemoryUse.Workspace));
    }

    /// <summary>Returns the bytes of device memory that the policy takes.</summary>
    public static long BytesFor(ModelConfig config, ResolvedHeavyHitterOptions options, CacheType type)
    {
        long planes = (long)config.Layers * config.KvHeads;
        return BytesFor(config, options.Limit, options.Block, type) + ComputeDevice.BytesFor<float>(planes * options.Limit)
            + ComputeDevice.BytesFor<float>((long)options.Block * config.Heads) + ComputeDevice.BytesFor<int>(planes * options.Kept);
    }

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
            Recent = options.Recent
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
        attentionMass.Launch(ofLayer, forward.Queries(tokens), new(Turned, 0), normalizers.View, new(tokens, Model.Config.Heads, past));
    }
}
