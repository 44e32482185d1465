using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Recall;

// Tour: docs/kernels.md#recallscores
/// <summary>
/// The score of each token of a document for a question, by the keys that are kept of it: s(t) = Σ over heads of max over the question's
/// tokens of (q·k(t) − mean) / deviation. Mean and deviation are those of q·k over the document, so that heads and tokens of the question
/// count alike. RoPE is applied to neither, so that distance does not count.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class RecallScores(ComputeDevice device)
{
    /// <summary>The number of tokens of which <see cref="LaunchSums"/> writes one row of sums.</summary>
    public const int Tile = 1024;

    private readonly Action<KernelConfig, ArrayView<float>, RecallKeys, RecallQueries, RecallShape> scores =
        device.Load<ArrayView<float>, RecallKeys, RecallQueries, RecallShape>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, RecallKeys, RecallQueries, RecallShape> sums =
        device.Load<ArrayView<float>, RecallKeys, RecallQueries, RecallShape>(SumsKernel);

    /// <summary>Returns the number of rows of sums.</summary>
    /// <param name="tokens">The number of tokens of the document.</param>
    public static int Tiles(int tokens) => (tokens + Tile - 1) / Tile;

    /// <summary>Scores every token.</summary>
    /// <param name="scores">Output [tokens].</param>
    /// <param name="keys">The keys of the document.</param>
    /// <param name="queries">The queries, divided by their deviations; the means are in units of them, too.</param>
    /// <param name="shape">The shape; at least one head and one query.</param>
    public void Launch(ArrayView<float> scores, RecallKeys keys, RecallQueries queries, RecallShape shape)
    {
        if (shape.Tokens > 0)
            this.scores(device.Grid(Tiles(shape.Tokens)), scores, keys, queries, shape);
    }

    /// <summary>Sums x = q·k − mean, and x², over the tokens of each tile.</summary>
    /// <param name="sums">Output [tiles, heads, queries, 2].</param>
    /// <param name="keys">The keys of the document.</param>
    /// <param name="queries">The queries, with means near the true ones, so that nothing cancels.</param>
    /// <param name="shape">The shape.</param>
    public void LaunchSums(ArrayView<float> sums, RecallKeys keys, RecallQueries queries, RecallShape shape)
    {
        if (shape.Tokens > 0)
            this.sums(device.Grid(Tiles(shape.Tokens)), sums, keys, queries, shape);
    }

    internal static void Kernel(ArrayView<float> scores, RecallKeys keys, RecallQueries queries, RecallShape shape)
    {
        WorkRange share = WorkPartition.Of(Tiles(shape.Tokens));
        for (int tile = share.First; tile < share.End; tile += share.Step)
            RecallTile.Score(scores, keys, queries, shape, tile * Tile);
    }

    internal static void SumsKernel(ArrayView<float> sums, RecallKeys keys, RecallQueries queries, RecallShape shape)
    {
        WorkRange share = WorkPartition.Of(Tiles(shape.Tokens));
        for (int tile = share.First; tile < share.End; tile += share.Step)
        {
            int width = 2 * shape.Heads * shape.Queries;
            RecallTile.Sum(sums.SubView((long)tile * width, width), keys, queries, shape, tile * Tile);
        }
    }
}
