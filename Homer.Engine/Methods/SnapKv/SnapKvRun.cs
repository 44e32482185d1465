using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Methods.SnapKv;

/// <summary>
/// Reads an input that is longer than its budget layer by layer, and keeps of each layer the tokens that the last ones vote for; see
/// <see cref="SnapKvMethod"/>.
/// </summary>
internal sealed class SnapKvRun : IDisposable
{
    private readonly ContextRequest request;
    private readonly TransformerModel model;
    private readonly ResolvedSnapKvOptions options;
    private readonly AttentionMass attentionMass;
    private readonly HeavyHitters heavyHitters;
    private readonly HeadCompaction compaction;
    private readonly int[] ids;
    private readonly BufferSet buffers;
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
        model = request.Model;
        attentionMass = model.Device.Kernels.Get(device => new AttentionMass(device));
        heavyHitters = model.Device.Kernels.Get(device => new HeavyHitters(device));
        compaction = model.Device.Kernels.Get(device => new HeadCompaction(device));
        ids = request.Input.Tokens();
        var plan = new SnapKvBuffers(model.Config, options, ids.Length);
        buffers = plan.Allocate(model.Device);
        hidden = buffers.Get(plan.Hidden);
        positions = buffers.Get(plan.Positions);
        votes = buffers.Get(plan.Votes);
        pooled = buffers.Get(plan.Pooled);
        normalizers = buffers.Get(plan.Normalizers);
        kept = buffers.Get(plan.Kept);
    }

    /// <summary>Returns the bytes of device memory that a run takes while it lasts, besides the context that it returns.</summary>
    public static long BytesFor(TransformerModel model, ResolvedSnapKvOptions options, int length, CacheType type)
    {
        ModelConfig config = model.Config;
        return new SnapKvBuffers(config, options, length).Bytes() + ForwardPass.BytesFor(model, LongestBlock(model, options, length))
            + KeyValueCache.BytesFor(Capacities(config, 0, length), config.KvHeads, config.HeadDim, type);
    }

    /// <summary>Reads the input; the context holds the tokens that are kept of each layer.</summary>
    public KvContext Run()
    {
        using Compiling.Scope compiling = Compiling.Until(request.Cancellation);
        ModelConfig config = model.Config;
        int n = ids.Length;
        int[] lengths = [.. Enumerable.Repeat(options.Budget, config.Layers)];
        KvContext context = KvContext.Create(
            model, request.ResolvedRopeScaling, lengths, n, request.NewTokens, request.ResolvedCacheType);
        try
        {
            using var forward = new ForwardPass(model, context.Rope, LongestBlock(model, options, n));
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
    public void Dispose() => buffers.Dispose();

    private static int LongestBlock(TransformerModel model, ResolvedSnapKvOptions options, int length) =>
        Math.Max(Math.Min(length, model.Device.BlockLength), options.Observed);

    /// <summary>Returns capacities of a cache that holds the input in one layer and nothing in the others.</summary>
    private static int[] Capacities(ModelConfig config, int layer, int length)
    {
        var capacities = new int[config.Layers];
        capacities[layer] = length;
        return capacities;
    }

    private ArrayView<float> Hidden(int start, int count)
    {
        int width = model.Config.HiddenSize;
        return hidden.View.SubView((long)start * width, (long)count * width);
    }

    /// <summary>Yields the blocks of the input. The last one is the observed tokens, so that all their queries are there at once.</summary>
    private IEnumerable<(int Start, int Count)> Blocks()
    {
        int before = ids.Length - options.Observed, block = model.Device.BlockLength;
        for (int start = 0; start < before; start += block)
            yield return (start, Math.Min(block, before - start));
        yield return (before, options.Observed);
    }

    private void ReadLayer(ForwardPass forward, int layer, KeyValueCache whole)
    {
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
