using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Benchmarks.Cases;

/// <summary>
/// Attention of some tokens to those before them and to each other, in one layer after the other, ready to be run again and again.
/// </summary>
internal sealed class AttentionPass : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly CausalAttention kernel;
    private readonly KeyValueCache cache;
    private readonly DeviceBuffer<float> query;
    private readonly DeviceBuffer<float> output;
    private readonly DeviceBuffer<float> scratch;
    private readonly AttentionCase shape;

    public AttentionPass(ComputeDevice device, AttentionCase shape)
    {
        this.device = device;
        this.shape = shape;
        int length = shape.Past + shape.Tokens, queries = shape.Tokens * shape.Heads * shape.HeadDim;
        kernel = new(device, shape.Precision);
        cache = lifetime.Own(
            new KeyValueCache(device, [.. Enumerable.Repeat(length, shape.Layers)], shape.KvHeads, shape.HeadDim, shape.CacheType));
        float[] noise = Noise.Floats(shape.KvHeads * length * shape.HeadDim);
        for (int layer = 0; layer < shape.Layers; layer++)
            cache.Write(layer, noise, noise, length);
        query = lifetime.Own(device.Upload<float>(Noise.Floats(queries), MemoryUse.Workspace));
        output = lifetime.Own(device.Allocate<float>(queries, MemoryUse.Workspace));
        scratch = lifetime.Own(device.Allocate<float>(CausalAttention.ScratchFor(shape.Heads, shape.HeadDim), MemoryUse.Workspace));
    }

    /// <summary>
    /// The operations of one pass: scores and weighted sums, a multiply-add each, over the pairs of which one sees the other.
    /// </summary>
    public double Flop =>
        4.0 * shape.Layers * shape.Heads * shape.HeadDim
        * (((double)shape.Tokens * shape.Past) + (0.5 * shape.Tokens * (shape.Tokens + 1.0)));

    /// <summary>The bytes of all keys and values.</summary>
    public double Bytes => cache.Bytes;

    /// <summary>Launches the pass without waiting.</summary>
    public void Launch()
    {
        for (int layer = 0; layer < cache.LayerCount; layer++)
            kernel.Launch(output.View, query.View, new(cache, layer), new(shape.Tokens, shape.Heads, shape.Past), scratch.View);
    }

    public void Run()
    {
        Launch();
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();
}
