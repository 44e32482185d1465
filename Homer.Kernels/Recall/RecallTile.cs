using Homer.Kernels.Backends;
using Homer.Kernels.Recall.Cpu;
using Homer.Kernels.Recall.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Recall;

// Tour: docs/kernels.md#recallscores
/// <summary>The share of one group in scoring the tokens of a document; see <see cref="RecallScores"/>.</summary>
[HasGpuBody(typeof(RecallTileGpu))]
internal static class RecallTile
{
    /// <summary>Scores the tokens of a tile, which begins at token <paramref name="first"/>.</summary>
    [IntrinsicImplementation]
    public static void Score(ArrayView<float> scores, RecallKeys keys, RecallQueries queries, RecallShape shape, int first) =>
        RecallTileCpu.Score(scores, keys, queries, shape, first);

    /// <summary>Sums products and their squares over the tokens of a tile [heads, queries, 2].</summary>
    [IntrinsicImplementation]
    public static void Sum(ArrayView<float> sums, RecallKeys keys, RecallQueries queries, RecallShape shape, int first) =>
        RecallTileCpu.Sum(sums, keys, queries, shape, first);
}
