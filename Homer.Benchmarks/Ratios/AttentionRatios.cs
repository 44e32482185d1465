using Homer.Benchmarks.Cases;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>Attention: prefill against the multiply-adds of the pairs that see each other, decode against reading keys and values once.</summary>
internal static class AttentionRatios
{
    private const int DecodeLength = 4096;

    // As many layers as it takes for their keys and values not to stay in a cache.
    private const int DecodeLayers = 16;

    private static readonly int[] HeadDims = [64, 128];
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.4);

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        table.Begin($"causal attention, {AttentionPass.Heads} heads on {AttentionPass.KvHeads} key heads", "GFLOP/s");
        foreach (int headDim in HeadDims)
        {
            foreach (int tokens in new[] { 512, 2048 })
            {
                using var prefill = new AttentionPass(device.Device, tokens, 0, headDim);
                Repetitions.Measure(prefill.Run, tokens == 512 ? 50 : 2);
                table.Add($"prefill of {tokens} tokens, head_dim {headDim}", device, Repetitions.Measure(prefill.Run, 3, Enough), prefill.Flop, ceilings => ceilings.Peak);
            }
        }

        table.Begin($"one token to {DecodeLength}, {DecodeLayers} layers one after the other", "GB/s");
        foreach (int headDim in HeadDims)
        {
            using var decode = new AttentionPass(device.Device, 1, DecodeLength - 1, headDim, DecodeLayers);
            table.Add($"decode, head_dim {headDim}", device, Repetitions.Measure(decode.Run, 3, Enough, warmups: 5), decode.Bytes, ceilings => ceilings.Bandwidth);
        }
    }
}
