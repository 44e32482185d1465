using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Measuring;
using Homer.Kernels.Tensors;

namespace Homer.Benchmarks.Ratios;

/// <summary>Attention: prefill against the multiply-adds of the pairs that see each other, decode against reading keys and values once.</summary>
internal static class AttentionRatios
{
    private const int Heads = 16;
    private const int KvHeads = 4;
    private const int DecodeLength = 4096;

    // As many layers as it takes for their keys and values not to stay in a cache.
    private const int DecodeLayers = 16;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.3);

    public static void Run(IReadOnlyList<(ComputeDevice Device, Ceilings Ceilings)> devices)
    {
        RatioTable.Begin($"causal attention, {Heads} heads on {KvHeads} key heads", "GFLOP/s");
        foreach ((ComputeDevice device, Ceilings ceilings) in devices)
        {
            foreach (int headDim in new[] { 64, 128 })
            {
                foreach (int tokens in new[] { 512, 2048 })
                {
                    // Scores and weighted sums, a multiply-add each, over the pairs of the causal triangle.
                    double flop = 4.0 * Heads * headDim * (0.5 * tokens * (tokens + 1.0));
                    RatioTable.Add($"prefill of {tokens} tokens, head_dim {headDim}", device.Description.Id, Measure(device, tokens, 0, headDim, 1), flop, ceilings.Peak);
                }
            }
        }

        RatioTable.Begin($"attention of one token to {DecodeLength} in each of {DecodeLayers} layers", "GB/s");
        foreach ((ComputeDevice device, Ceilings ceilings) in devices)
        {
            foreach (int headDim in new[] { 64, 128 })
            {
                double bytes = 2.0 * DecodeLayers * KvHeads * DecodeLength * headDim * sizeof(float);
                RatioTable.Add($"decode, head_dim {headDim}", device.Description.Id, Measure(device, 1, DecodeLength - 1, headDim, DecodeLayers), bytes, ceilings.Bandwidth);
            }
        }
    }

    private static Repetitions Measure(ComputeDevice device, int tokens, int past, int headDim, int layers)
    {
        var attention = new Attention(device);
        int length = past + tokens;
        using var cache = new KeyValueCache(device, [.. Enumerable.Repeat(length, layers)], KvHeads, headDim);
        float[] noise = Noise.Floats(KvHeads * length * headDim);
        for (int layer = 0; layer < layers; layer++)
            cache.Write(layer, noise, noise, length);
        using DeviceBuffer<float> query = device.Upload<float>(Noise.Floats(tokens * Heads * headDim), MemoryUse.Workspace);
        using DeviceBuffer<float> output = device.Allocate<float>((long)tokens * Heads * headDim, MemoryUse.Workspace);
        return Repetitions.Measure(
            () =>
            {
                for (int layer = 0; layer < layers; layer++)
                    attention.Launch(output.View, query.View, cache, layer, 0, past, tokens, Heads);
                device.Synchronize();
            },
            3, Enough, warmups: 3);
    }
}
