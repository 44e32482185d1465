using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// Runs the layers of chunks, up to the MLP of the last one, and scores tokens on the way. Chunks that lie side by side attend each to its
/// own tokens; norms and matrix products take the rows of all chunks at once.
/// </summary>
internal sealed class ChunkLayers(HomerReading reading, RunBuffers buffers)
{
    private readonly MergePlan plan = reading.Plan;
    private readonly ResolvedHomerOptions options = reading.Options;
    private readonly ModelConfig model = reading.Request.Model.Config;
    private readonly MergingKernels kernels = MergingKernels.Of(reading.Request.Model.Device);
    private readonly KeyValueCache cache = buffers.Cache;
    private readonly ChunkRows rows = buffers.Rows;
    private readonly ForwardPass forward = buffers.Forward;

    /// <summary>Receives the number of layers that were run, counted once for each token.</summary>
    public required Action<int> Report { get; init; }

    /// <summary>Runs a chunk's layers.</summary>
    /// <param name="node">The node.</param>
    /// <param name="chunk">Its chunk.</param>
    /// <param name="past">The number of its tokens that have been through these layers already.</param>
    public void Run(PlanNode node, LiveChunk chunk, int past) => RunLayers([new(node, chunk)], past, scores: true);

    /// <summary>Runs a leaf's layers over its prefix and document. They are not scored, since the suffix decides significance.</summary>
    public void RunDocument(PlanNode leaf, LiveChunk chunk) => RunLayers([new(leaf, chunk)], 0, scores: false);

    /// <summary>
    /// Runs the layers of leaves side by side; drops each leaf's overlap between the attention of its document and of its suffix.
    /// </summary>
    public void RunSideBySide(IReadOnlyList<PlacedNode> leaves)
    {
        Part[] parts = [.. leaves.Select(leaf => new Part(leaf.Node, leaf.Chunk, leaf.Node.Overlap))];
        RunLayers(parts, 0, scores: true);
        foreach (Part part in parts.Where(part => part.Overlap > 0))
            kernels.SurvivorCompaction.LaunchRows(rows, part.Chunk.Row, part.Chunk.Tokens, buffers.Kept.View, part.OwnTokens);
    }

    /// <summary>Drops a leaf's overlap from its rows and from all its layers of the cache.</summary>
    public void DropOverlap(PlanNode leaf, LiveChunk chunk)
    {
        int own = chunk.Tokens - leaf.Overlap;
        WriteOwn(own);
        Keep(chunk, 0, leaf.EndLayer, own);
    }

    /// <summary>
    /// Keeps the rows of a chunk that <see cref="RunBuffers.Kept"/> lists, and their keys and values in consecutive layers; drops the
    /// others.
    /// </summary>
    public void Keep(LiveChunk chunk, int firstLayer, int endLayer, int count)
    {
        int layers = endLayer - firstLayer;
        ArrayView<LayerSpan> spans = buffers.WriteSpans(layers, layer => chunk.SpanIn(firstLayer + layer));
        kernels.SurvivorCompaction.LaunchCache(cache, firstLayer, layers, spans, buffers.Kept.View, count);
        kernels.SurvivorCompaction.LaunchRows(rows, chunk.Row, chunk.Tokens, buffers.Kept.View, count);
    }

    private void RunLayers(Part[] parts, int past, bool scores)
    {
        (PlanNode any, LiveChunk bottom, _) = parts[0];
        int first = bottom.Row + past, tokens = parts[^1].Chunk.End - first;
        ArrayView<float> hidden = rows.Hidden(first, tokens);
        if (Array.Exists(parts, part => part.Overlap > 0))
            WriteOverlaps(parts);
        for (int layer = any.FirstLayer; layer < any.EndLayer; layer++)
        {
            forward.Project(layer, hidden, rows.Positions(first, tokens), tokens, cache, bottom.Layers[layer].FirstRow + past);
            for (int i = 0; i < parts.Length; i++)
            {
                Part part = parts[i];
                int row = part.Chunk.Row + past - first;
                if (part.Overlap == 0)
                    forward.Attend(layer, tokens, row, part.Chunk.Tokens - past, cache, part.Chunk.Layers[layer].FirstRow, past);
                else
                    AttendWithOverlap(part, layer, tokens, row, buffers.Spans((i * any.EndLayer) + layer, 1));
            }

            forward.AddAttention(layer, hidden, tokens);
            Report(tokens);
            bool isLast = layer == any.EndLayer - 1;
            foreach (Part part in parts)
            {
                bool decides = layer == ScoringLayer(part) && part.Node.IsPruned;
                if (scores && (decides || (options.Accumulate && layer >= options.AccumulateFrom)))
                    Score(part, layer, forward.QueryOf(part.Chunk.End - 1 - first));
            }

            if (!isLast)
                forward.Mlp(layer, hidden, tokens);
        }
    }

    /// <summary>
    /// Returns the layer whose attention decides what a chunk keeps: the last that sees all of it; the last of all where there is none.
    /// </summary>
    private int ScoringLayer(Part part)
    {
        int last = part.Node.EndLayer - 1;
        for (int layer = last; layer >= part.Node.FirstLayer; layer--)
        {
            if (!(model.WindowOf(layer) < part.OwnTokens))
                return layer;
        }

        return last;
    }

    /// <summary>Writes the rows that stay when overlaps are dropped, and the spans of the parts [parts, layers], to the device.</summary>
    private void WriteOverlaps(Part[] parts)
    {
        int layers = parts[0].Node.EndLayer;
        WriteOwn(parts.Max(part => part.OwnTokens));
        buffers.WriteSpans(parts.Length * layers, i => parts[i / layers].Chunk.SpanIn(i % layers));
    }

    /// <summary>Writes the list of a leaf's first tokens without its overlap to the device.</summary>
    private void WriteOwn(int tokens) => buffers.Kept.Write(
        [.. Enumerable.Range(0, plan.PrefixLength), .. Enumerable.Range(plan.PrefixLength + plan.Overlap, tokens - plan.PrefixLength)]);

    /// <summary>
    /// Attends from prefix and document, drops the overlap from the layer, and then attends from the suffix, which must not see it.
    /// </summary>
    private void AttendWithOverlap(Part leaf, int layer, int tokens, int row, ArrayView<LayerSpan> span)
    {
        int firstRow = leaf.Chunk.Layers[layer].FirstRow, document = leaf.Chunk.Tokens - plan.SuffixLength;
        forward.Attend(layer, tokens, row, document, cache, firstRow, 0);
        kernels.SurvivorCompaction.LaunchCache(cache, layer, 1, span, buffers.Kept.View, leaf.OwnTokens);
        forward.Attend(layer, tokens, row + document, plan.SuffixLength, cache, firstRow, document - leaf.Overlap);
    }

    /// <summary>Scores the tokens of a chunk by the query of its last token.</summary>
    /// <remarks>While there is an overlap, the scores of prefix tokens land in rows of others; affixes need no score.</remarks>
    private void Score(Part part, int layer, ArrayView<float> query)
    {
        int first = part.Chunk.Row + part.Overlap, count = part.OwnTokens;
        ArrayView<float> significance = rows.Significance(first, count);
        if (options.Pruning == Pruning.Random)
        {
            kernels.Significance.LaunchRandom(significance, count, options.Seed, part.Node.Number);
            return;
        }

        var calibration = new LayerCalibration
        {
            MeanLogits = buffers.MeanLogits(layer),
            Scale = options.Accumulate ? reading.Calibration?.Scale(layer) ?? 1 : 1,
        };
        kernels.Significance.Launch(
            significance, query, new(cache, layer, part.Chunk.Layers[layer].FirstRow), rows.Positions(first, count), calibration,
            options.Accumulate && layer > options.AccumulateFrom);
    }

    /// <summary>A chunk of a pass. Its overlap, the tokens after its prefix, is dropped before its suffix attends.</summary>
    private readonly record struct Part(PlanNode Node, LiveChunk Chunk, int Overlap = 0)
    {
        /// <summary>The number of tokens that remain once the overlap is dropped.</summary>
        public int OwnTokens => Chunk.Tokens - Overlap;
    }
}
