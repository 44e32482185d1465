using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.SelfExtend;

/// <summary>
/// SelfExtend's two kinds of positions; see <see cref="SelfExtendMethod"/>. Keys are cached at grouped positions. Before each layer's
/// attention the nearest ones are rotated on to their exact positions in a small copy, and queries are rotated to both.
/// </summary>
internal sealed class GroupedPolicy : CachePolicy
{
    private readonly Lifetime lifetime = new();
    private readonly TransformerModel model;
    private readonly RopeTable rope;
    private readonly KeyRerotation rerotation;
    private readonly BilevelAttention attention;
    private readonly ResolvedSelfExtendOptions options;
    private readonly DeviceBuffer<int> grouped;
    private readonly DeviceBuffer<int> queryTurns;
    private readonly DeviceBuffer<int> keyTurns;
    private readonly DeviceBuffer<int> shift;
    private readonly DeviceBuffer<float> far;
    private readonly KeyValueCache exact;

    public GroupedPolicy(TransformerModel model, RopeTable rope, ResolvedSelfExtendOptions options, CacheType type)
    {
        this.model = model;
        this.rope = rope;
        rerotation = model.Device.Kernels.Get(device => new KeyRerotation(device));
        attention = model.Device.Kernels.Get(device => new BilevelAttention(device));
        this.options = options;
        ModelConfig config = model.Config;
        ComputeDevice device = model.Device;
        try
        {
            grouped = lifetime.Own(device.Allocate<int>(options.Block, MemoryUse.Workspace));
            queryTurns = lifetime.Own(device.Allocate<int>(options.Block, MemoryUse.Workspace));
            keyTurns = lifetime.Own(device.Allocate<int>(options.Near, MemoryUse.Workspace));
            shift = lifetime.Own(device.Upload<int>([.. Enumerable.Repeat(options.Shift, options.Block)], MemoryUse.Workspace));
            far = lifetime.Own(device.Allocate<float>((long)options.Block * config.Heads * config.HeadDim, MemoryUse.Workspace));
            exact = lifetime.Own(new KeyValueCache(device, [options.Near], config.KvHeads, config.HeadDim, type));
            rope.EnsureLength(options.Shift + 1);
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that the policy takes besides the RoPE table.</summary>
    public static long BytesFor(ModelConfig config, ResolvedSelfExtendOptions options, CacheType type) =>
        (3 * ComputeDevice.BytesFor<int>(options.Block)) + ComputeDevice.BytesFor<int>(options.Near)
        + ComputeDevice.BytesFor<float>((long)options.Block * config.Heads * config.HeadDim)
        + KeyValueCache.BytesFor([options.Near], config.KvHeads, config.HeadDim, type);

    /// <inheritdoc/>
    public override int BlockLength => options.Block;

    /// <inheritdoc/>
    public override void Prepare(KvContext context, int tokens)
    {
        int start = context.NextPosition, firstNear = BilevelAttention.FirstNear(start, options.Window);
        grouped.Write([.. Enumerable.Range(start, tokens).Select(position => position / options.Group)]);
        queryTurns.Write([.. Enumerable.Range(start, tokens).Select(FromGrouped)]);
        keyTurns.Write([.. Enumerable.Range(firstNear, start + tokens - firstNear).Select(FromGrouped)]);
    }

    /// <inheritdoc/>
    public override void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens) =>
        forward.Attend(layer, hidden, tokens, heads =>
        {
            int past = context.LengthOf(layer);
            int count = model.Config.Heads;
            int d = model.Config.HeadDim;
            int firstNear = BilevelAttention.FirstNear(past, options.Window);
            var rows = new LayerRows(context.Cache, layer);
            model.Kernels.Rope.Launch(heads.Projected, rows.Skip(past), grouped.View, rope.Of(layer), tokens, count);
            rerotation.LaunchQueries(far.View, heads.Query, shift.View, rope.Of(layer), tokens, count, d);
            rerotation.LaunchQueries(heads.Query, heads.Query, queryTurns.View, rope.Of(layer), tokens, count, d);
            rerotation.LaunchRows(exact, rows.Skip(firstNear), past + tokens - firstNear, keyTurns.View, rope.Of(layer));
            var queries = new BilevelQueries { Near = heads.Query, Far = far.View };
            attention.Launch(heads.Output, queries, rows, exact, new(tokens, count, past), options.Window);
        });

    /// <inheritdoc/>
    public override void Dispose() => lifetime.Dispose();

    private int FromGrouped(int position) => position - (position / options.Group);
}
