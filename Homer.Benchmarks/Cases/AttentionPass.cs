using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Benchmarks.Cases;

/// <summary>Attention of some tokens to those before them and to each other, in one layer after the other, ready to be run again and again.</summary>
internal sealed class AttentionPass : IDisposable
{
    public const int Heads = 16;
    public const int KvHeads = 4;

    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly CausalAttention kernel;
    private readonly KeyValueCache cache;
    private readonly DeviceBuffer<float> query;
    private readonly DeviceBuffer<float> output;
    private readonly DeviceBuffer<float> scratch;
    private readonly int tokens;
    private readonly int past;
    private readonly int heads;

    public AttentionPass(
        ComputeDevice device, int tokens, int past, int headDim, int layers = 1, int heads = Heads, int kvHeads = KvHeads, CacheType type = CacheType.Float32,
        ActivationPrecision precision = ActivationPrecision.Full)
    {
        this.device = device;
        this.tokens = tokens;
        this.past = past;
        this.heads = heads;
        int length = past + tokens;
        kernel = new(device, precision);
        cache = lifetime.Own(new KeyValueCache(device, [.. Enumerable.Repeat(length, layers)], kvHeads, headDim, type));
        float[] noise = Noise.Floats(kvHeads * length * headDim);
        for (int layer = 0; layer < layers; layer++)
            cache.Write(layer, noise, noise, length);
        query = lifetime.Own(device.Upload<float>(Noise.Floats(tokens * heads * headDim), MemoryUse.Workspace));
        output = lifetime.Own(device.Allocate<float>((long)tokens * heads * headDim, MemoryUse.Workspace));
        scratch = lifetime.Own(device.Allocate<float>(CausalAttention.ScratchFor(heads, headDim), MemoryUse.Workspace));
        // Scores and weighted sums, a multiply-add each, over the pairs that see each other.
        Flop = 4.0 * layers * heads * headDim * (((double)tokens * past) + (0.5 * tokens * (tokens + 1.0)));
        Bytes = cache.Bytes;
    }

    public double Flop { get; }

    /// <summary>Bytes of all keys and values.</summary>
    public double Bytes { get; }

    /// <summary>Launches it without waiting.</summary>
    public void Launch()
    {
        for (int layer = 0; layer < cache.LayerCount; layer++)
            kernel.Launch(output.View, query.View, new(cache, layer), new(tokens, heads, past), scratch.View);
    }

    public void Run()
    {
        Launch();
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();
}
