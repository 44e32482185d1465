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
            chunk = StartLeaf(node);
            read = node.Length - plan.Suffix;
            ReadDocument(chunk, node, read);
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

    private LiveChunk StartLeaf(PlanNode node)
    {
        int context = node.Length - plan.Prefix - plan.Suffix, row = topRow;
        var tokens = new int[node.Length];
        var positions = new int[node.Length];
        for (int i = 0; i < node.Length; i++)
        {
            int inContext = i - plan.Prefix, inSuffix = inContext - context;
            (tokens[i], positions[i]) =
                inContext < 0 ? (i, i)
                : inSuffix < 0 ? (plan.Prefix + node.ContextStart + inContext, i)
                : (plan.Prefix + plan.Context + inSuffix, plan.SuffixPosition + inSuffix);
        }

        rows.Write(row, tokens, positions);
        ContextInput input = request.Input;
        forward.Embed([.. input.Prefix, .. input.Context.Skip(node.ContextStart).Take(context), .. input.Suffix], rows.Hidden(row, node.Length));
        topRow += node.Length;
        return new() { Row = row, Tokens = node.Length, Layers = new (int, int)[top.Length] };
    }

    /// <summary>Runs prefix and document through the leaf's layers, up to the last one's MLP, or takes over what was kept of that.</summary>
    private void ReadDocument(LiveChunk chunk, PlanNode node, int tokens)
    {
        if (tokens == 0)
            return;
        ArrayView<float> hidden = rows.Hidden(chunk.Row, tokens);
        int leaf = plan.LeafOf(node);
        // Only a cache of leaves asks where their rows lie.
        ArrayView<LayerSpan> where = request.Leaves is null ? default : buffers.WriteSpans(node.EndLayer, l => new() { Offset = top[l], Left = tokens });
        if (request.Leaves?.TryRestore(leaf, cache, where, node.EndLayer, hidden, tokens) == true)
        {
            for (int layer = 0; layer < node.EndLayer; layer++)
                Extend(chunk, layer, tokens);
            Report(tokens * node.EndLayer);
            return;
        }

        for (int layer = 0; layer < node.EndLayer; layer++)
        {
            Attend(chunk, layer, 0, tokens);
            if (layer < node.EndLayer - 1)
                forward.Mlp(layer, hidden, tokens);
            Report(tokens);
        }

        request.Leaves?.Save(leaf, cache, where, node.EndLayer, hidden, tokens);
    }

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
        model.Gathering.LaunchRows(rows, chunk.Row, chunk.Tokens, buffers.Kept.View, target);
        // Without refinement the layers below keep what they have.
        int first = options.Refinement == Refinement.Propagative ? 0 : layer, layers = layer + 1 - first;
        ArrayView<LayerSpan> where = buffers.WriteSpans(
            layers, l => new() { Offset = chunk.Layers[first + l].Offset, Left = chunk.Layers[first + l].Length });
        model.Gathering.LaunchCache(cache, first, layers, where, buffers.Kept.View, target);
        for (int l = first; l <= layer; l++)
            Resize(chunk, l, target);
        topRow = chunk.Row + target;
        chunk.Tokens = target;
    }

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
