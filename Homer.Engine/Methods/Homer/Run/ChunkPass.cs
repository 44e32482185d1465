using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>A pruning as it happened; survivors are read back only for whoever asks.</summary>
/// <param name="Node">The node that was pruned.</param>
/// <param name="Layer">The layer between whose attention and MLP it was pruned.</param>
/// <param name="Kept">Indices of the survivors among the node's tokens.</param>
internal sealed record PruningEvent(PlanNode Node, int Layer, int[] Kept);

/// <summary>A chunk whose layers run.</summary>
/// <param name="Node">What is to be done.</param>
/// <param name="Chunk">Where its tokens are.</param>
/// <param name="Overlap">Tokens behind the prefix that are dropped when the document has been read.</param>
internal sealed record RunningChunk(PlanNode Node, LiveChunk Chunk, int Overlap = 0)
{
    /// <summary>Tokens that are not.</summary>
    public int Tokens => Chunk.Tokens - Overlap;
}

/// <summary>
/// Runs the layers of chunks that lie side by side, each over its own tokens, and prunes them in the last one. Norms and matrix products are of all their rows.
/// </summary>
internal sealed class ChunkPass(ContextRequest request, MergePlan plan, ResolvedHomerOptions options, RunBuffers buffers, ChunkStack stack)
{
    private readonly TransformerModel model = request.Model;
    private readonly KeyValueCache cache = buffers.Cache;
    private readonly ChunkRows rows = buffers.Rows;
    private readonly ForwardPass forward = buffers.Forward;
    private long tokenLayersDone;

    /// <summary>Told of every pruning, when set.</summary>
    public Action<PruningEvent>? OnPruning { get; set; }

    /// <summary>Runs all layers of chunks of one height.</summary>
    /// <param name="running">The chunks, one after another.</param>
    /// <param name="past">Of a chunk by itself: tokens whose keys and values are there already, and whose hidden states are up to the last layer's MLP.</param>
    public void Run(RunningChunk[] running, int past)
    {
        RunLayers(running, past, scores: true);
        foreach (RunningChunk one in running.Where(one => one.Overlap > 0))
            KeepRows(one.Chunk, one.Tokens);
        foreach ((PlanNode node, LiveChunk chunk, _) in running)
        {
            if (node.IsPruned)
                Prune(node, chunk);
            forward.Mlp(node.EndLayer - 1, rows.Hidden(chunk.Row, chunk.Tokens), chunk.Tokens);
        }
    }

    /// <summary>Runs a leaf's layers over its prefix and document, up to the last one's MLP, and drops what it reads before its own slice.</summary>
    public void RunDocument(PlanNode leaf, LiveChunk chunk)
    {
        RunLayers([new(leaf, chunk)], 0, scores: false);
        if (leaf.Overlap == 0)
            return;
        int own = chunk.Tokens - leaf.Overlap;
        WriteOwn(own);
        Keep(chunk, 0, leaf.EndLayer, own);
    }

    /// <summary>So many tokens have been through a layer, or one token through so many.</summary>
    public void Report(int tokenLayers)
    {
        request.Cancellation.ThrowIfCancellationRequested();
        tokenLayersDone += tokenLayers;
        request.Progress?.Invoke((double)tokenLayersDone / plan.Footprint.TokenLayers);
    }

    private void RunLayers(RunningChunk[] running, int past, bool scores)
    {
        PlanNode any = running[0].Node;
        int first = running[0].Chunk.Row + past, tokens = running[^1].Chunk.End - first;
        ArrayView<float> hidden = rows.Hidden(first, tokens);
        TakeRows(running, past);
        for (int layer = any.FirstLayer; layer < any.EndLayer; layer++)
        {
            forward.Project(layer, hidden, rows.Positions(first, tokens), tokens, cache, running[0].Chunk.Layers[layer].Offset + past);
            for (int i = 0; i < running.Length; i++)
            {
                int row = running[i].Chunk.Row + past - first;
                if (running[i].Overlap == 0)
                    forward.Attend(layer, tokens, row, running[i].Tokens - past, cache, running[i].Chunk.Layers[layer].Offset, past);
                else
                    AttendWithOverlap(running[i], layer, tokens, row, buffers.Spans((i * any.EndLayer) + layer, 1));
            }

            forward.AddAttention(layer, hidden, tokens);
            Report(tokens);
            bool isLast = layer == any.EndLayer - 1;
            foreach (RunningChunk one in running)
            {
                if (scores && ((isLast && one.Node.IsPruned) || (options.Accumulate && layer >= options.AccumulateFrom)))
                    Score(one, layer, forward.QueryOf(one.Chunk.End - 1 - first));
            }

            if (!isLast)
                forward.Mlp(layer, hidden, tokens);
        }
    }

    /// <summary>Takes rows of the cache for all tokens of a pass; where some are dropped, tells the device which stay, and where chunks lie [chunks, layers].</summary>
    private void TakeRows(RunningChunk[] running, int past)
    {
        PlanNode any = running[0].Node;
        foreach (RunningChunk one in running)
            stack.Append(one.Chunk, any.FirstLayer, any.EndLayer, one.Chunk.Tokens - past);
        if (!Array.Exists(running, one => one.Overlap > 0))
            return;
        WriteOwn(running.Max(one => one.Tokens));
        buffers.WriteSpans(running.Length * any.EndLayer, i => running[i / any.EndLayer].Chunk.SpanIn(i % any.EndLayer));
    }

    /// <summary>Lists a leaf's first tokens but its overlap, so many.</summary>
    private void WriteOwn(int tokens) =>
        buffers.Kept.Write([.. Enumerable.Range(0, plan.PrefixLength), .. Enumerable.Range(plan.PrefixLength + plan.Overlap, tokens - plan.PrefixLength)]);

    /// <summary>Attention of a leaf that reads tokens before its own: they go when the document has attended, before the suffix does.</summary>
    private void AttendWithOverlap(RunningChunk leaf, int layer, int tokens, int row, ArrayView<LayerSpan> span)
    {
        int offset = leaf.Chunk.Layers[layer].Offset, document = leaf.Chunk.Tokens - plan.SuffixLength;
        forward.Attend(layer, tokens, row, document, cache, offset, 0);
        model.SurvivorCompaction.LaunchCache(cache, layer, 1, span, buffers.Kept.View, leaf.Tokens);
        stack.Keep(leaf.Chunk, layer, layer + 1, leaf.Tokens);
        forward.Attend(layer, tokens, row + document, plan.SuffixLength, cache, offset, document - leaf.Overlap);
    }

    /// <summary>Scores a chunk's tokens by the query of its last. (Where an overlap is still there, the prefix's rows are not where they are taken to be; but affixes need no score.)</summary>
    private void Score(RunningChunk running, int layer, ArrayView<float> query)
    {
        (PlanNode node, LiveChunk chunk, int overlap) = running;
        ArrayView<float> significance = rows.Significance(chunk.Row + overlap, running.Tokens);
        if (options.Pruning == Pruning.Random)
        {
            model.Significance.LaunchRandom(significance, running.Tokens, options.Seed, node.Number);
            return;
        }

        var calibration = new LayerCalibration
        {
            Bias = buffers.Bias(layer),
            Scale = options.Accumulate ? request.Calibration?.Scale(layer) ?? 1 : 1,
        };
        model.Significance.Launch(
            significance, query, new(cache, layer, chunk.Layers[layer].Offset), rows.Positions(chunk.Row + overlap, running.Tokens),
            calibration, options.Accumulate && layer > options.AccumulateFrom);
    }

    private void Prune(PlanNode node, LiveChunk chunk)
    {
        int layer = node.EndLayer - 1, target = node.Target;
        model.TokenSelection.Launch(
            buffers.Kept.View, rows.Significance(chunk.Row, chunk.Tokens), buffers.Selection,
            new(chunk.Tokens, plan.PrefixLength, plan.SuffixLength), target, options.Pooling);
        OnPruning?.Invoke(new(node, layer, buffers.Kept.Read(0, target)));
        // Without refinement the layers below keep what they have.
        Keep(chunk, options.Refinement == Refinement.Propagative ? 0 : layer, node.EndLayer, target);
    }

    /// <summary>Keeps the rows that <see cref="RunBuffers.Kept"/> lists, and their keys and values in consecutive layers.</summary>
    private void Keep(LiveChunk chunk, int firstLayer, int endLayer, int count)
    {
        int layers = endLayer - firstLayer;
        model.SurvivorCompaction.LaunchCache(cache, firstLayer, layers, buffers.WriteSpans(layers, l => chunk.SpanIn(firstLayer + l)), buffers.Kept.View, count);
        stack.Keep(chunk, firstLayer, endLayer, count);
        KeepRows(chunk, count);
    }

    /// <summary>Keeps the rows that <see cref="RunBuffers.Kept"/> lists.</summary>
    private void KeepRows(LiveChunk chunk, int count)
    {
        model.SurvivorCompaction.LaunchRows(rows, chunk.Row, chunk.Tokens, buffers.Kept.View, count);
        stack.Keep(chunk, count);
    }
}
