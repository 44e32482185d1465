using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Tensors;

namespace Homer.Benchmarks;

/// <summary>Attention of some tokens to those before them and to each other, in one layer after the other, ready to be run again and again.</summary>
internal sealed class AttentionPass : IDisposable
{
    public const int Heads = 16;
    public const int KvHeads = 4;

    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly Attention kernel;
    private readonly KeyValueCache cache;
    private readonly DeviceBuffer<float> query;
    private readonly DeviceBuffer<float> output;
    private readonly int tokens;
    private readonly int past;

    public AttentionPass(ComputeDevice device, int tokens, int past, int headDim, int layers = 1)
    {
        this.device = device;
        this.tokens = tokens;
        this.past = past;
        int length = past + tokens;
        kernel = new(device);
        cache = lifetime.Own(new KeyValueCache(device, [.. Enumerable.Repeat(length, layers)], KvHeads, headDim));
        float[] noise = Noise.Floats(KvHeads * length * headDim);
        for (int layer = 0; layer < layers; layer++)
            cache.Write(layer, noise, noise, length);
        query = lifetime.Own(device.Upload<float>(Noise.Floats(tokens * Heads * headDim), MemoryUse.Workspace));
        output = lifetime.Own(device.Allocate<float>((long)tokens * Heads * headDim, MemoryUse.Workspace));
        // Scores and weighted sums, a multiply-add each, over the pairs that see each other.
        Flop = 4.0 * layers * Heads * headDim * (((double)tokens * past) + (0.5 * tokens * (tokens + 1.0)));
        Bytes = cache.Bytes;
    }

    public double Flop { get; }

    /// <summary>Bytes of all keys and values.</summary>
    public double Bytes { get; }

    public void Run()
    {
        for (int layer = 0; layer < cache.LayerCount; layer++)
            kernel.Launch(output.View, query.View, cache, layer, 0, past, tokens, Heads);
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();
}
