using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.SelfExtend;

/// <summary>
/// The two kinds of positions of <see cref="SelfExtendMethod"/>. Keys are cached at grouped positions. Before a layer's attention, the
/// nearest keys are rotated on to their exact positions in a small copy, and queries are rotated to both positions.
/// </summary>
internal sealed class GroupedPolicy : CachePolicy
{
    private readonly TransformerModel model;
    private readonly RopeTable rope;
    private readonly ResolvedSelfExtendOptions options;
    private readonly KeyRerotation rerotation;
    private readonly BilevelAttention attention;
    private readonly BufferSet buffers;
    private readonly DeviceBuffer<int> grouped;
    private readonly DeviceBuffer<int> querySteps;
    private readonly DeviceBuffer<int> keySteps;
    private readonly DeviceBuffer<int> shift;
    private readonly DeviceBuffer<float> far;
    private readonly KeyValueCache exact;

    public GroupedPolicy(TransformerModel model, RopeTable rope, ResolvedSelfExtendOptions options, CacheType type)
    {
        this.model = model;
        this.rope = rope;
        this.options = options;
        rerotation = model.Device.Kernels.Get(device => new KeyRerotation(device));
        attention = model.Device.Kernels.Get(device => new BilevelAttention(device));
        rope.EnsureLength(options.Shift + 1);
        var plan = new Buffers(model.Config, options, type);
        buffers = plan.Allocate(model.Device);
        grouped = buffers.Get(plan.Grouped);
        querySteps = buffers.Get(plan.QuerySteps);
        keySteps = buffers.Get(plan.KeySteps);
        shift = buffers.Get(plan.Shift);
        far = buffers.Get(plan.Far);
        exact = buffers.Get(plan.Exact);
    }

    /// <summary>Returns the bytes of device memory that the policy takes, besides the RoPE table.</summary>
    public static long BytesFor(ModelConfig config, ResolvedSelfExtendOptions options, CacheType type) =>
        new Buffers(config, options, type).Bytes();

    /// <inheritdoc/>
    public override int BlockLength => options.Block;

    /// <inheritdoc/>
    public override int PositionsOf(int tokens) => Math.Min(tokens, ((tokens - 1) / options.Group) + options.Shift + 1);

    /// <inheritdoc/>
    public override void Prepare(KvContext context, int tokens)
    {
        int start = context.NextPosition, firstNear = BilevelAttention.FirstNear(start, options.Window);
        grouped.Write([.. Enumerable.Range(start, tokens).Select(position => position / options.Group)]);
        querySteps.Write([.. Enumerable.Range(start, tokens).Select(FromGrouped)]);
        keySteps.Write([.. Enumerable.Range(firstNear, start + tokens - firstNear).Select(FromGrouped)]);
    }

    /// <inheritdoc/>
    public override void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens) =>
        forward.Attend(layer, hidden, tokens, heads =>
        {
            int past = context.LengthOf(layer), firstNear = BilevelAttention.FirstNear(past, options.Window);
            int count = model.Config.Heads, d = model.Config.HeadDim;
            var rows = new LayerRows(context.Cache, layer);
            model.Kernels.Rope.Launch(heads.Projected, rows.Skip(past), grouped.View, rope.Of(layer), tokens, count);
            rerotation.LaunchQueries(far.View, heads.Query, shift.View, rope.Of(layer), tokens, count, d);
            rerotation.LaunchQueries(heads.Query, heads.Query, querySteps.View, rope.Of(layer), tokens, count, d);
            rerotation.LaunchRows(exact, rows.Skip(firstNear), past + tokens - firstNear, keySteps.View, rope.Of(layer));
            var queries = new BilevelQueries { Near = heads.Query, Far = far.View };
            attention.Launch(heads.Output, queries, rows, exact, new(tokens, count, past), options.Window);
        });

    /// <inheritdoc/>
    public override void Dispose() => buffers.Dispose();

    private int FromGrouped(int position) => position - (position / options.Group);

    private sealed class Buffers : BufferPlan
    {
        public Buffers(ModelConfig config, ResolvedSelfExtendOptions options, CacheType type)
        {
            Grouped = Add<int>(options.Block, MemoryUse.Workspace);
            QuerySteps = Add<int>(options.Block, MemoryUse.Workspace);
            KeySteps = Add<int>(options.Near, MemoryUse.Workspace);
            Shift = AddFilled(options.Block, MemoryUse.Workspace, _ => options.Shift);
            Far = Add<float>((long)options.Block * config.Heads * config.HeadDim, MemoryUse.Workspace);
            Exact = Add(
                KeyValueCache.BytesFor([options.Near], config.KvHeads, config.HeadDim, type), MemoryUse.Cache,
                device => new KeyValueCache(device, [options.Near], config.KvHeads, config.HeadDim, type));
        }

        /// <summary>The grouped positions of a block [block].</summary>
        public Planned<DeviceBuffer<int>> Grouped { get; }

        /// <summary>The steps from a query's grouped position to its exact one [block].</summary>
        public Planned<DeviceBuffer<int>> QuerySteps { get; }

        /// <summary>The steps from a near key's grouped position to its exact one [near].</summary>
        public Planned<DeviceBuffer<int>> KeySteps { get; }

        /// <summary>The step that raises a query's grouped position [block].</summary>
        public Planned<DeviceBuffer<int>> Shift { get; }

        /// <summary>The queries at raised grouped positions [block, heads, head_dim].</summary>
        public Planned<DeviceBuffer<float>> Far { get; }

        /// <summary>The nearest keys of one layer, at exact positions.</summary>
        public Planned<KeyValueCache> Exact { get; }
    }
}
