using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Merging;

/// <summary>
/// How much the chunk's last token attends to each token, before softmax (Song et al. 2024, arXiv 2404.10308, section 3.2):
/// sᵢ = (max over heads of q_last·kᵢ / √head_dim − bias[position_last − positionᵢ]) / scale, the bias being what is usual at that distance.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Significance(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<int>, ArrayView<float>, HeadLayout, float, int> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<int>, ArrayView<float>, HeadLayout, float, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<int>, ArrayView<float>, HeadLayout, float, int> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<int>, ArrayView<float>, HeadLayout, float, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, int, int, int> random =
        device.Load<ArrayView<float>, int, int, int>(RandomKernel);

    /// <summary>Scores every token of a chunk; the scores of affix tokens mean nothing.</summary>
    /// <param name="significance">Output [tokens].</param>
    /// <param name="query">The last token's query [heads, head_dim], RoPE applied.</param>
    /// <param name="cache">The cache that holds the chunk's keys.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="offset">The chunk's first row in that layer.</param>
    /// <param name="positions">[tokens].</param>
    /// <param name="bias">The layer's calibration [distances]; distances beyond it take its last entry.</param>
    /// <param name="scale">The layer's usual deviation from the bias; 1 to leave scores in logits.</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="accumulate">Whether to keep the larger of the new score and the one that is there.</param>
    public void Launch(
        ArrayView<float> significance, ArrayView<float> query, KeyValueCache cache, int layer, int offset, ArrayView<int> positions,
        ArrayView<float> bias, float scale, int tokens, int heads, bool accumulate)
    {
        KernelConfig grid = device.Grid(tokens);
        var layout = new HeadLayout(cache, layer, offset, tokens, heads);
        if (cache.Type == CacheType.Float32)
            float32(grid, significance, query, cache.Keys<Float32>(layer), positions, bias, layout, scale, accumulate ? 1 : 0);
        else
            float16(grid, significance, query, cache.Keys<Float16>(layer), positions, bias, layout, scale, accumulate ? 1 : 0);
    }

    /// <summary>Scores that mean nothing, for comparison: pseudo-random, fixed by seed and node.</summary>
    /// <param name="significance">Output [tokens].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="node">A number that differs between the chunks of a run.</param>
    public void LaunchRandom(ArrayView<float> significance, int tokens, int seed, int node) =>
        random(device.Grid(tokens), significance, tokens, seed, node);

    internal static void Kernel<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, ArrayView<float> bias,
        HeadLayout layout, float scale, int accumulate)
        where T : unmanaged, ICacheElement<T> =>
        SignificanceRows.Run(significance, query, keys, positions, bias, layout, scale, accumulate);

    /// <summary>How far before the last token a token is, as far as the calibration goes.</summary>
    internal static int Distance(int last, int position, int distances) => XMath.Clamp(last - position, 0, distances - 1);

    /// <summary>The score of a token whose largest logit over the heads is given, and what is usual at its distance.</summary>
    internal static float Score(float largest, float bias, float scale, float before, int accumulate)
    {
        float score = (largest - bias) / scale;
        // A score that is not a number would leave tokens without an order.
        if (!(score >= float.NegativeInfinity))
            score = float.NegativeInfinity;
        return accumulate != 0 ? XMath.Max(before, score) : score;
    }

    internal static void RandomKernel(ArrayView<float> significance, int tokens, int seed, int node)
    {
        WorkRange share = WorkPartition.Of(tokens);
        for (int i = share.First; i < share.End; i += share.Step)
        {
            if (Group.IdxX == 0)
                significance[i] = (int)(Hashing.Mix((uint)seed, (uint)node, (uint)i) >> 8);
        }
    }
}
