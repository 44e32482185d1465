using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.SnapKv;

/// <summary>
/// Reads an input longer than its budget layer by layer, and keeps of each what its last tokens vote for; see <see cref="SnapKvMethod"/>.
/// </summary>
internal sealed class SnapKvRun : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ContextRequest request;
    private readonly ResolvedSnapKvOptions options;
    private readonly AttentionMass attentionMass;
    private readonly HeavyHitters heavyHitters;
    private readonly HeadCompaction compaction;
    private readonly int[] ids;
    private readonly DeviceBuffer<float> hidden;
    private readonly DeviceBuffer<int> positions;
    private readonly DeviceBuffer<float> votes;
    private readonly DeviceBuffer<float> pooled;
    private readonly DeviceBuffer<float> normalizers;
    private readonly DeviceBuffer<int> kept;

    public SnapKvRun(ContextRequest request, ResolvedSnapKvOptions options)
    {
        this.request = request;
        this.options = options;
        attentionMass = request.Model.Device.Kernels.Get(device => new AttentionMass(device));
        heavyHitters = request.Model.Device.Kernels.Get(device => new HeavyHitters(device));
        compaction = request.Model.Device.Kernels.Get(device => new HeadCompaction(device));
        ids = request.Input.Tokens();
        ModelConfig config = request.Model.Config;
        ComputeDevice device = request.Model.Device;
        try
        {
            hidden = lifetime.Own(device.Allocate<float>((long)ids.Length * config.HiddenSize, MemoryUse.Cache));
            positions = lifetime.Own(device.Upload<int>([.. Enumerable.Range(0, ids.Length)], MemoryUse.Workspace));
            votes = lifetime.Own(device.Allocate<float>((long)config.KvHeads * ids.Length, MemoryUse.Workspace));
            pooled = lifetime.Own(device.Allocate<float>((long)config.KvHeads * ids.Length, MemoryUse.Workspace));
            normalizers = lifetime.Own(device.Allocate<float>((long)options.Observed * config.Heads, MemoryUse.Workspace));
            kept = lifetime.Own(device.Allocate<int>((long)config.KvHeads * options.Budget, MemoryUse.Workspace));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that the run takes while it lasts, besides the context that it leaves.</summary>
    public static long BytesFor(TransformerModel model, ResolvedSnapKvOptions options, int length, CacheType type)
    {
        ModelConfig config = model.Config;
        return ForwardPass.BytesFor(model, Math.Max(Math.Min(length, model.Device.BlockLength), options.Observed))
            + ComputeDevice.BytesFor<float>((long)length * config.HiddenSize)
            + ComputeDevice.BytesFor<int>(length) + (2 * ComputeDevice.BytesFor<float>((long)config.KvHeads * length))
            + ComputeDevice.BytesFor<float>((long)options.Observed * config.Heads)
                + ComputeDevice.BytesFor<int>((long)config.KvHeads * options.Budget)
            + KeyValueCache.BytesFor(Capacities(config, 0, length), config.KvHeads, config.HeadDim, type);
    }

    /// <summary>Reads, votes and keeps.</summary>
    public KvContext Run()
    {
        TransformerModel model = request.Model;
        ModelConfig config = model.Config;
        int n = ids.Length;
        KvContext context = KvContext.Create(
            model, request.ResolvedRopeScaling, [.. Enumerable.Repeat(options.Budget, config.Layers)], n, request.NewTokens,
            request.ResolvedCacheType);
        try
        {
            using var forward = new ForwardPass(model, context.Rope, Math.Max(Math.Min(n, model.Device.BlockLength), options.Observed));
            foreach ((int start, int count) in Blocks())
                forward.Embed(ids.AsSpan(start, count), Hidden(start, count));
            for (int layer = 0; layer < config.Layers; layer++)
            {
                using var whole = new KeyValueCache(
                    model.Device, Capacities(config, layer, n), config.KvHeads, config.HeadDim, request.ResolvedCacheType);
                ReadLayer(forward, layer, whole);
                Keep(layer, whole, context);
                request.Progress?.Invoke((layer + 1.0) / config.Layers);
            }

            forward.Logits(Hidden(n - 1, 1), context.Logits, 1);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    /// <summary>All of the input for one layer, nothing for the others.</summary>
    private static int[] Capacities(ModelConfig config, int layer, int length)
    {
        var capacities = new int[config.Layers];
        capacities[layer] = length;
        return capacities;
    }

    private ArrayView<float> Hidden(int start, int count)
    {
        int width = request.Model.Config.HiddenSize;
        return hidden.View.SubView((long)start * width, (long)count * width);
    }

    /// <summary>The observed tokens are the last block, so that all their queries are at hand at once.</summary>
    private IEnumerable<(int Start, int Count)> Blocks()
    {
        int before = ids.Length - options.Observed, block = request.Model.Device.BlockLength;
        for (int start = 0; start < before; start += block)
            yield return (start, Math.Min(block, before - start));
        yield return (before, options.Observed);
    }

    private void ReadLayer(ForwardPass forward, int layer, KeyValueCache whole)
    {
        TransformerModel model = request.Model;
        foreach ((int start, int count) in Blocks())
        {
            request.Cancellation.ThrowIfCancellationRequested();
            forward.Attend(layer, Hidden(start, count), positions.View.SubView(start, count), count, whole, 0, start);
            if (start + count == ids.Length)
            {
                var mass = new KeyMass { Values = votes.View, Stride = ids.Length };
                attentionMass.Launch(
                    mass, forward.Queries(count), new(whole, layer), normalizers.View, new(count, model.Config.Heads, start));
            }

            forward.Mlp(layer, Hidden(start, count), count);
        }
    }

    private void Keep(int layer, KeyValueCache whole, KvContext context)
    {
        TransformerModel model = request.Model;
        var shape = new HeavyHitters.Shape
        {
            Planes = model.Config.KvHeads,
            Stride = ids.Length,
            Rows = ids.Length,
            Heavy = options.Budget - options.Observed,
            Recent = options.Observed,
        };
        heavyHitters.LaunchPool(pooled.View, votes.View, shape, options.Pooling);
        heavyHitters.Launch(kept.View, pooled.View, shape);
        compaction.Launch(context.Cache, whole, layer, 1, kept.View, options.Budget);
    }
}
