using Homer.Benchmarks.Cases;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>
/// Attention beside its ceilings: prefill beside the peak of multiply-adds, decode beside the bandwidth that reads keys and values once.
/// </summary>
internal static class AttentionRatios
{
    private const int DecodeLength = 4096;

    // Enough layers that their keys and values do not stay in a cache of the processor.
    private const int DecodeLayers = 16;

    private static readonly int[] HeadDims = [64, 128];
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.4);

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        table.Begin($"causal attention, 16 heads on 4 key heads", "GFLOP/s");
        foreach (int headDim in HeadDims)
        {
            foreach (int tokens in new[] { 512, 2048 })
            {
                using var prefill = new AttentionPass(device.Device, new(tokens, 0, headDim));
                Repetitions.Measure(prefill.Run, tokens == 512 ? 50 : 2);
                Repetitions times = Repetitions.Measure(prefill.Run, 3, Enough);
                table.Add($"prefill of {tokens} tokens, head_dim {headDim}", device, times, prefill.Flop, ceilings => ceilings.Peak);
            }
        }

        table.Begin($"one token to {DecodeLength}, {DecodeLayers} layers one after the other", "GB/s");
        foreach (int headDim in HeadDims)
        {
            using var decode = new AttentionPass(device.Device, new(1, DecodeLength - 1, headDim) { Layers = DecodeLayers });
            Repetitions times = Repetitions.Measure(decode.Run, 3, Enough, warmups: 5);
            table.Add($"decode, head_dim {headDim}", device, times, decode.Bytes, ceilings => ceilings.Bandwidth);
        }
    }
}
