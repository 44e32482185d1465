using Homer.Engine.Models;
using Homer.Kernels.Merging;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Engine.Contexts.Hierarchical;

/// <summary>A pruning as it happened; survivors are read back only for whoever asks.</summary>
/// <param name="Node">The node that was pruned.</param>
/// <param name="Layer">The layer between whose attention and MLP it was pruned.</param>
/// <param name="Kept">Indices of the survivors among the node's tokens.</param>
internal sealed record PruningEvent(PlanNode Node, int Layer, int[] Kept);

/// <summary>
/// Runs a plan, depth first and left to right, so that one chunk a height is alive at a time; right to left would hold no less. Live chunks lie one after another in every
/// layer of one cache: merging and pruning move rows down in place, and the root ends at row 0.
/// </summary>
/// <remarks>
/// A leaf runs in two parts, prefix and document first, then the suffix over them. Attention is causal, so the first part does not depend
/// on the question and may be taken from a <see cref="Leaves.LeafCache"/> instead: the results are the same to the bit.
/// </remarks>
internal sealed class HomerRun : IDisposable
{
    private readonly ContextRequest request;
    private readonly LlamaModel model;
    private readonly MergePlan plan;
    private readonly ResolvedHomerOptions options;
    private readonly RunBuffers buffers;
    private readonly KeyValueCache cache;
    private readonly ChunkRows rows;
    private readonly LlamaForward forward;
    private readonly int[] top;
    private int topRow;
    private int nodesRun;
    private long tokenLayersDone;

    public HomerRun(ContextRequest request, MergePlan plan, ResolvedHomerOptions options)
    {
        this.request = request;
        this.plan = plan;
        this.options = options;
        model = request.Model;
        buffers = new(request, plan, options);
        (cache, rows, forward) = (buffers.Cache, buffers.Rows, buffers.Forward);
        top = new int[model.Config.Layers];
    }

    /// <summary>Told of every pruning, when set.</summary>
    public Action<PruningEvent>? OnPruning { get; init; }

    /// <summary>Given the hidden states that leave the last layer [tokens, hidden_size], when set.</summary>
    public Action<ArrayView<float>, int>? OnRoot { get; init; }

    /// <summary>Runs the whole tree and hands the finished cache over.</summary>
    public Context Run()
    {
        request.Leaves?.Begin(request, plan, options, buffers.Rope);
        LiveChunk root = Run(plan.Root);
        OnRoot?.Invoke(rows.Hidden(0, root.Tokens), root.Tokens);
        Context context = buffers.HandOver(model, root, plan.SuffixPosition + plan.Suffix);
        forward.Logits(rows.Hidden(root.Tokens - 1, 1), context.Logits, 1);
        return context;
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    private LiveChunk Run(PlanNode node)
    {
        LiveChunk chunk;
        // Tokens whose hidden states are there up to the last layer's attention.
        int read = 0;
        if (node.Children.Count == 0)
        {
            chunk = ReadDocument(node);
            read = chunk.Tokens;
            Place(chunk, plan.Prefix + plan.Context, plan.SuffixPosition, plan.Suffix);
            Embed(chunk, [.. request.Input.Suffix]);
        }
        else
        {
            chunk = Run(node.Children[0]);
            for (int i = 1; i < node.Children.Count; i++)
                Merge(chunk, Run(node.Children[i]), node.FirstLayer, i);
        }

        for (int layer = node.FirstLayer; layer < node.EndLayer; layer++)
        {
            bool last = layer == node.EndLayer - 1;
            Attend(chunk, layer, read, chunk.Tokens - read);
            Report(chunk.Tokens - read);
            bool prune = last && chunk.Tokens > node.Target;
            if (prune || (options.Accumulate && layer >= options.AccumulateFrom))
                Score(chunk, layer, chunk.Tokens - read);
            if (prune)
                Prune(chunk, node, layer);
            int first = last ? 0 : read;
            forward.Mlp(layer, rows.Hidden(chunk.Row + first, chunk.Tokens - first), chunk.Tokens - first);
        }

        nodesRun++;
        return chunk;
    }

    /// <summary>
    /// Runs prefix and document through a leaf's layers, up to the last one's MLP, or takes over what was kept of that. What the leaf reads before its own
    /// slice of the document is dropped at the end.
    /// </summary>
    private LiveChunk ReadDocument(PlanNode node)
    {
        int own = node.Length - plan.Prefix - plan.Suffix, read = node.Overlap + own, start = node.ContextStart - node.Overlap;
        var chunk = new LiveChunk { Row = topRow, Tokens = 0, Layers = new (int, int)[top.Length] };
        Place(chunk, 0, 0, plan.Prefix);
        if (Restore(chunk, node, plan.Prefix + own))
        {
            Place(chunk, plan.Prefix + node.ContextStart, plan.ContextPosition, own);
            return chunk;
        }

        Place(chunk, plan.Prefix + start, plan.ContextPosition - node.Overlap, read);
        if (chunk.Tokens == 0)
            return chunk;
        Embed(chunk, [.. request.Input.Prefix, .. request.Input.Context.Skip(start).Take(read)]);
        for (int layer = 0; layer < node.EndLayer; layer++)
        {
            Attend(chunk, layer, 0, chunk.Tokens);
            if (layer < node.EndLayer - 1)
                forward.Mlp(layer, rows.Hidden(chunk.Row, chunk.Tokens), chunk.Tokens);
            Report(chunk.Tokens);
        }

        if (node.Overlap > 0)
        {
            buffers.Kept.Write([.. Enumerable.Range(0, plan.Prefix), .. Enumerable.Range(plan.Prefix + node.Overlap, own)]);
            Keep(chunk, plan.Prefix + own, 0, node.EndLayer);
        }

        request.Leaves?.Save(plan.LeafOf(node), cache, Spans(chunk, 0, node.EndLayer), node.EndLayer, rows.Hidden(chunk.Row, chunk.Tokens), chunk.Tokens);
        return chunk;
    }

    /// <summary>Puts so many tokens of prefix and document in place, if they are kept.</summary>
    private bool Restore(LiveChunk chunk, PlanNode node, int tokens)
    {
        if (request.Leaves is null || tokens == 0)
            return false;
        ArrayView<LayerSpan> where = buffers.WriteSpans(node.EndLayer, l => new() { Offset = top[l], Left = tokens });
        if (!request.Leaves.TryRestore(plan.LeafOf(node), cache, where, node.EndLayer, rows.Hidden(chunk.Row, tokens), tokens))
            return false;
        for (int layer = 0; layer < node.EndLayer; layer++)
            Extend(chunk, layer, tokens);
        Report((tokens + node.Overlap) * node.EndLayer);
        return true;
    }

    /// <summary>Adds tokens that follow each other to the end of a chunk.</summary>
    private void Place(LiveChunk chunk, int token, int position, int count)
    {
        rows.Write(topRow, [.. Enumerable.Range(token, count)], [.. Enumerable.Range(position, count)]);
        chunk.Tokens += count;
        topRow += count;
    }

    /// <summary>Hidden states of a chunk's last tokens.</summary>
    private void Embed(LiveChunk chunk, ReadOnlySpan<int> ids) => forward.Embed(ids, rows.Hidden(chunk.Row + chunk.Tokens - ids.Length, ids.Length));

    /// <summary>Attention of some tokens of a chunk over themselves and those before them, whose keys and values are there.</summary>
    private void Attend(LiveChunk chunk, int layer, int past, int tokens)
    {
        Extend(chunk, layer, tokens);
        forward.Attend(
            layer, rows.Hidden(chunk.Row + past, tokens), rows.Positions(chunk.Row + past, tokens), tokens, cache, chunk.Layers[layer].Offset, past);
    }

    /// <summary>Takes rows in a layer, right behind those that the chunk has there or else behind all other chunks.</summary>
    private void Extend(LiveChunk chunk, int layer, int tokens)
    {
        if (chunk.Layers[layer].Length == 0)
            chunk.Layers[layer].Offset = top[layer];
        Resize(chunk, layer, chunk.Layers[layer].Length + tokens);
    }

    private void Report(int tokens)
    {
        request.Cancellation.ThrowIfCancellationRequested();
        tokenLayersDone += tokens;
        request.Progress?.Invoke((double)tokenLayersDone / plan.Footprint.TokenLayers);
    }

    /// <summary>Scores a chunk's tokens by the last of as many queries as have just attended.</summary>
    private void Score(LiveChunk chunk, int layer, int queries)
    {
        ArrayView<float> significance = rows.Significance(chunk.Row, chunk.Tokens);
        if (options.Pruning == Pruning.Random)
        {
            model.Significance.LaunchRandom(significance, chunk.Tokens, options.Seed, nodesRun);
            return;
        }

        model.Significance.Launch(
            significance, forward.LastQuery(queries), cache, layer, chunk.Layers[layer].Offset, rows.Positions(chunk.Row, chunk.Tokens),
            buffers.Bias(layer), options.Accumulate ? request.Calibration?.Scale(layer) ?? 1 : 1, chunk.Tokens,
            model.Config.Heads, options.Accumulate && layer > options.AccumulateFrom);
    }

    private void Prune(LiveChunk chunk, PlanNode node, int layer)
    {
        int target = node.Target;
        model.TokenSelection.Launch(
            buffers.Kept.View, rows.Significance(chunk.Row, chunk.Tokens), buffers.Selection, chunk.Tokens, target, plan.Prefix, plan.Suffix, options.Pooling);
        OnPruning?.Invoke(new(node, layer, buffers.Kept.Read(0, target)));
        // Without refinement the layers below keep what they have.
        int first = options.Refinement == Refinement.Propagative ? 0 : layer;
        Keep(chunk, target, first, layer + 1 - first);
    }

    /// <summary>Keeps the tokens that <see cref="RunBuffers.Kept"/> lists, and their keys and values in consecutive layers.</summary>
    private void Keep(LiveChunk chunk, int count, int first, int layers)
    {
        model.Gathering.LaunchRows(rows, chunk.Row, chunk.Tokens, buffers.Kept.View, count);
        model.Gathering.LaunchCache(cache, first, layers, Spans(chunk, first, layers), buffers.Kept.View, count);
        for (int layer = first; layer < first + layers; layer++)
            Resize(chunk, layer, count);
        topRow = chunk.Row + count;
        chunk.Tokens = count;
    }

    /// <summary>Tells the device where a chunk lies in consecutive layers.</summary>
    private ArrayView<LayerSpan> Spans(LiveChunk chunk, int first, int layers) =>
        buffers.WriteSpans(layers, l => new() { Offset = chunk.Layers[first + l].Offset, Left = chunk.Layers[first + l].Length });

    /// <summary>Merges a chunk with the one right after it, which is the k-th of its siblings, in the layers that both have been through.</summary>
    private void Merge(LiveChunk left, LiveChunk right, int layers, int k)
    {
        int affixes = plan.Prefix + plan.Suffix;
        var weights = new ChunkMerge.Affixes { Prefix = plan.Prefix, Suffix = plan.Suffix, LeftWeight = k / (k + 1f), RightWeight = 1 / (k + 1f) };
        ArrayView<LayerSpan> where = buffers.WriteSpans(
            layers, l => new() { Offset = left.Layers[l].Offset, Left = left.Layers[l].Length, Right = right.Layers[l].Length });
        model.ChunkMerge.LaunchCache(cache, where, layers, weights);
        model.ChunkMerge.LaunchRows(rows, left.Row, left.Tokens, right.Tokens, weights);
        for (int l = 0; l < layers; l++)
            Resize(left, l, left.Layers[l].Length + right.Layers[l].Length - affixes);
        left.Tokens += right.Tokens - affixes;
        topRow = left.Row + left.Tokens;
    }

    private void Resize(LiveChunk chunk, int layer, int length)
    {
        chunk.Layers[layer].Length = length;
        top[layer] = chunk.Layers[layer].Offset + length;
    }
}
