using Homer.Engine.Models;
using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// A cache of bounded length in which a token's position is its row, whatever was evicted before it, so that positions never leave the
/// window (Xiao et al. 2023, arXiv 2309.17453, section 3.2). Keys are cached without RoPE. Before a layer's attention, a copy of the layer
/// is rotated to the positions that its rows have now, which reads the layer once more.
/// </summary>
internal abstract class RollingPolicy : CachePolicy
{
    private readonly RopeTable rope;
    private readonly KeyRerotation rerotation;
    private readonly BufferSet buffers;
    private readonly DeviceBuffer<int> rows;
    private readonly DeviceBuffer<int> zeros;
    private readonly RopeTableView identity;

    protected RollingPolicy(TransformerModel model, RopeTable rope, RollingBuffers plan)
    {
        Model = model;
        this.rope = rope;
        rerotation = model.Device.Kernels.Get(device => new KeyRerotation(device));
        Limit = plan.Limit;
        BlockLength = plan.BlockLength;
        buffers = plan.Allocate(model.Device);
        rows = buffers.Get(plan.Rows);
        zeros = buffers.Get(plan.Zeros);
        identity = new() { Cos = buffers.Get(plan.Cos).View, Sin = buffers.Get(plan.Sin).View };
        Rotated = buffers.Get(plan.Rotated);
    }

    /// <inheritdoc/>
    public override int? Limit { get; }

    /// <inheritdoc/>
    public override int BlockLength { get; }

    private protected TransformerModel Model { get; }

    /// <summary>The layer that was attended last, its keys rotated to the positions of their rows.</summary>
    private protected KeyValueCache Rotated { get; }

    /// <inheritdoc/>
    public override void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens) =>
        forward.Attend(layer, hidden, tokens, heads =>
        {
            int past = context.LengthOf(layer), count = Model.Config.Heads;
            var unrotated = new LayerRows(context.Cache, layer);
            var rotated = new LayerRows(Rotated, 0);
            Model.Kernels.Rope.Launch(heads.Projected, unrotated.Skip(past), zeros.View, identity, tokens, count);
            rerotation.LaunchRows(Rotated, unrotated, past, rows.View, rope.Of(layer));
            Model.Kernels.Rope.Launch(heads.Projected, rotated.Skip(past), rows.View.SubView(past, tokens), rope.Of(layer), tokens, count);
            Model.Kernels.Attention.Launch(heads.Output, heads.Query, rotated, new(tokens, count, past));
        });

    /// <inheritdoc/>
    public override void Dispose() => buffers.Dispose();

    /// <summary>Returns a buffer of the plan that the policy was created with.</summary>
    private protected T Get<T>(Planned<T> handle)
        where T : IDisposable => buffers.Get(handle);
}
