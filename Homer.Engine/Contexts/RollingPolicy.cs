using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// A cache of bounded length in which tokens take the positions of their rows, whatever was evicted between them, so that positions never
/// leave the window (Xiao et al. 2023, arXiv 2309.17453, section 3.2). Keys are cached without RoPE, and before each layer's
/// attention a copy of that layer is rotated to the positions of its rows: what attention itself reads, once more.
/// </summary>
internal abstract class RollingPolicy : CachePolicy
{
    private readonly Lifetime lifetime = new();
    private readonly RopeTable rope;
    private readonly KeyRerotation rerotation;
    private readonly int limit;
    private readonly DeviceBuffer<int> rows;
    private readonly DeviceBuffer<int> zeros;
    private readonly DeviceBuffer<float> one;
    private readonly DeviceBuffer<float> zero;

    protected RollingPolicy(TransformerModel model, RopeTable rope, int limit, int block, CacheType type)
    {
        Model = model;
        this.rope = rope;
        rerotation = model.Device.Kernels.Get(device => new KeyRerotation(device));
        this.limit = limit;
        BlockLength = block;
        ModelConfig config = model.Config;
        int half = config.HeadDim / 2;
        try
        {
            rows = lifetime.Own(model.Device.Upload<int>([.. Enumerable.Range(0, limit)], MemoryUse.Workspace));
            zeros = lifetime.Own(model.Device.Upload<int>(new int[block], MemoryUse.Workspace));
            // The rotation that leaves everything as it is.
            one = lifetime.Own(model.Device.Upload<float>([.. Enumerable.Repeat(1f, half)], MemoryUse.Workspace));
            zero = lifetime.Own(model.Device.Upload<float>(new float[half], MemoryUse.Workspace));
            Turned = lifetime.Own(new KeyValueCache(model.Device, [limit], config.KvHeads, config.HeadDim, type));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that the policy takes.</summary>
    public static long BytesFor(ModelConfig config, int limit, int block, CacheType type) =>
        ComputeDevice.BytesFor<int>(limit) + ComputeDevice.BytesFor<int>(block) + (2 * ComputeDevice.BytesFor<float>(config.HeadDim / 2))
        + KeyValueCache.BytesFor([limit], config.KvHeads, config.HeadDim, type);

    /// <inheritdoc/>
    public override int? Limit => limit;

    /// <inheritdoc/>
    public override int BlockLength { get; }

    private protected TransformerModel Model { get; }

    /// <summary>A copy of the layer that was attended last, its keys rotated to the positions of their rows.</summary>
    private protected KeyValueCache Turned { get; }

    /// <inheritdoc/>
    public override void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens) =>
        forward.Attend(layer, hidden, tokens, heads =>
        {
            int past = context.LengthOf(layer), count = Model.Config.Heads;
            var unrotated = new LayerRows(context.Cache, layer);
            var turned = new LayerRows(Turned, 0);
            Model.Kernels.Rope.Launch(
                heads.Projected, unrotated.Skip(past), zeros.View, new() { Cos = one.View, Sin = zero.View }, tokens, count);
            rerotation.LaunchRows(Turned, unrotated, past, rows.View, rope.Of(layer));
            Model.Kernels.Rope.Launch(heads.Projected, turned.Skip(past), rows.View.SubView(past, tokens), rope.Of(layer), tokens, count);
            Model.Kernels.Attention.Launch(heads.Output, heads.Query, turned, new(tokens, count, past));
        });

    /// <inheritdoc/>
    public override void Dispose() => lifetime.Dispose();

    /// <summary>Creates an object that the policy owns; disposes the policy's memory if that fails.</summary>
    private protected T Own<T>(Func<T> create)
        where T : IDisposable
    {
        try
        {
            return lifetime.Own(create());
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }
}
