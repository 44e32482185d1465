using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#significance
/// <summary>
/// The attention of a chunk's last token to each token, before softmax (Song et al. 2024, arXiv 2404.10308, section 3.2): sᵢ = (max over
/// heads of q_last·kᵢ / √head_dim − bias[position_last − positionᵢ]) / scale. The bias is the usual logit at that distance.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Significance(ComputeDevice device)
{
    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<int>, LayerCalibration, HeadLayout, int> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float32>, ArrayView<int>, LayerCalibration, HeadLayout, int>(Kernel);

    private readonly Action<
        KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<int>, LayerCalibration, HeadLayout, int> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<Float16>, ArrayView<int>, LayerCalibration, HeadLayout, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, int, int, int> random =
        device.Load<ArrayView<float>, int, int, int>(RandomKernel);

    /// <summary>Scores every token of a chunk; the scores of affix tokens have no meaning.</summary>
    /// <param name="significance">Output [tokens].</param>
    /// <param name="query">The last token's query [heads, head_dim], RoPE applied.</param>
    /// <param name="rows">The layer, from the chunk's first row.</param>
    /// <param name="positions">[tokens].</param>
    /// <param name="calibration">The layer's calibration.</param>
    /// <param name="accumulate">Whether to keep the larger of the new score and the one that is there.</param>
    public void Launch(
        ArrayView<float> significance, ArrayView<float> query, LayerRows rows, ArrayView<int> positions, LayerCalibration calibration,
        bool accumulate)
    {
        KernelConfig grid = device.Grid(significance.IntLength);
        var layout = new HeadLayout(rows, significance.IntLength, query.IntLength / rows.Cache.HeadDim);
        if (rows.Cache.Type == CacheType.Float32)
            float32(grid, significance, query, rows.Cache.Keys<Float32>(rows.Layer), positions, calibration, layout, accumulate ? 1 : 0);
        else
            float16(grid, significance, query, rows.Cache.Keys<Float16>(rows.Layer), positions, calibration, layout, accumulate ? 1 : 0);
    }

    /// <summary>Writes pseudo-random scores, fixed by seed and node, for comparison.</summary>
    /// <param name="significance">Output [tokens].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="node">A number that differs between the chunks of a run.</param>
    public void LaunchRandom(ArrayView<float> significance, int tokens, int seed, int node) =>
        random(device.Grid(tokens), significance, tokens, seed, node);

    internal static void Kernel<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, LayerCalibration calibration,
        HeadLayout layout, int accumulate)
        where T : unmanaged, ICacheElement<T> =>
        SignificanceRows.Run(significance, query, keys, positions, calibration, layout, accumulate);

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
