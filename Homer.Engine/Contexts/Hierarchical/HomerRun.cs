using Homer.Engine.Models;
using Homer.Kernels.Devices;
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
/// Runs a plan, depth first and left to right, so that one chunk a height is alive at a time. Live chunks lie one after another in every
/// layer of one cache, sized once from the plan: merging and pruning move rows down in place, and the root ends at row 0.
/// </summary>
internal sealed class HomerRun : IDisposable
{
    private readonly Lifetime finished = new();
    private readonly Lifetime scratch = new();
    private readonly LlamaModel model;
    private readonly MergePlan plan;
    private readonly ResolvedHomerOptions options;
    private readonly ContextRequest request;
    private readonly RopeTable rope;
    private readonly KeyValueCache cache;
    private readonly ChunkRows rows;
    private readonly LlamaForward forward;
    private readonly DeviceBuffer<float> bias;
    private readonly DeviceBuffer<LayerSpan> spans;
    private readonly DeviceBuffer<int> kept;
    private readonly DeviceBuffer<int> ranks;
    private readonly DeviceBuffer<float> pooled;
    private readonly int[] top;
    private int topRow;
    private int nodesRun;
    private long tokenLayersDone;
    private bool handedOver;

    public HomerRun(ContextRequest request, MergePlan plan, ResolvedHomerOptions options)
    {
        this.request = request;
        this.plan = plan;
        this.options = options;
        model = request.Model;
        LlamaConfig config = model.Config;
        ComputeDevice device = model.Device;
        top = new int[config.Layers];
        int longest = plan.Footprint.LongestChunk;
        float[] table = UsesTable(options, request.Calibration) ? request.Calibration!.Bias.ToArray() : new float[config.Layers];
        try
        {
            rope = finished.Own(new RopeTable(device, config, options.RopeScaling, Positions(plan, request.NewTokens)));
            cache = finished.Own(new KeyValueCache(device, Capacities(plan, request.NewTokens), config.KvHeads, config.HeadDim, options.CacheType));
            rows = scratch.Own(new ChunkRows(device, plan.Footprint.Rows, config.HiddenSize));
            forward = scratch.Own(new LlamaForward(model, rope, longest));
            bias = scratch.Own(device.Upload<float>(table, MemoryUse.Workspace));
            spans = scratch.Own(device.Allocate<LayerSpan>(config.Layers, MemoryUse.Workspace));
            kept = scratch.Own(device.Allocate<int>(longest, MemoryUse.Workspace));
            ranks = scratch.Own(device.Allocate<int>(longest, MemoryUse.Workspace));
            pooled = scratch.Own(device.Allocate<float>(longest, MemoryUse.Workspace));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of device memory that the context takes when the run is over.</summary>
    public static (long Cache, long Workspace) FinishedBytesFor(LlamaConfig config, MergePlan plan, ResolvedHomerOptions options, int newTokens) => (
        KeyValueCache.BytesFor(Capacities(plan, newTokens), config.KvHeads, config.HeadDim, options.CacheType) + Context.BytesFor(config),
        RopeTable.BytesFor(config, Positions(plan, newTokens)));

    /// <summary>Bytes of device memory that the run takes beyond them while it lasts.</summary>
    public static (long Cache, long Workspace) ScratchBytesFor(
        LlamaConfig config, MergePlan plan, ResolvedHomerOptions options, CalibrationTable? calibration)
    {
        int longest = plan.Footprint.LongestChunk;
        return (
            ChunkRows.BytesFor(plan.Footprint.Rows, config.HiddenSize),
            LlamaForward.BytesFor(config, longest)
            + ComputeDevice.BytesFor<float>(UsesTable(options, calibration) ? calibration!.Bias.Length : config.Layers)
            + ComputeDevice.BytesFor<LayerSpan>(config.Layers)
            + (2 * ComputeDevice.BytesFor<int>(longest)) + ComputeDevice.BytesFor<float>(longest));
    }

    /// <summary>Told of every pruning, when set.</summary>
    public Action<PruningEvent>? OnPruning { get; init; }

    /// <summary>Given the hidden states that leave the last layer [tokens, hidden_size], when set.</summary>
    public Action<ArrayView<float>, int>? OnRoot { get; init; }

    /// <summary>Runs the whole tree and hands the finished cache over.</summary>
    public Context Run()
    {
        Chunk root = Run(plan.Root);
        int count = root.Tokens;
        OnRoot?.Invoke(rows.Hidden(0, count), count);
        var context = new Context(model, finished, rope, cache, [.. root.Layers.Select(layer => layer.Length)], plan.SuffixPosition + plan.Suffix)
        {
            Survivors = rows.Read(0, count),
        };
        forward.Logits(rows.Hidden(count - 1, 1), context.Logits, 1);
        handedOver = true;
        return context;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scratch.Dispose();
        if (!handedOver)
            finished.Dispose();
    }

    private static int Positions(MergePlan plan, int newTokens) => plan.SuffixPosition + plan.Suffix + newTokens;

    private static int[] Capacities(MergePlan plan, int newTokens) =>
        [.. plan.Footprint.Layers.Zip(plan.Footprint.Finished, (peak, last) => Math.Max(peak, last + newTokens))];

    private static bool UsesTable(ResolvedHomerOptions options, CalibrationTable? calibration) =>
        calibration is not null && options.Pruning == Pruning.Calibrated;

    private Chunk Run(PlanNode node)
    {
        Chunk chunk;
        if (node.Children.Count == 0)
        {
            chunk = ReadLeaf(node);
        }
        else
        {
            chunk = Run(node.Children[0]);
            for (int i = 1; i < node.Children.Count; i++)
                Merge(chunk, Run(node.Children[i]), node.FirstLayer, i);
        }

        for (int layer = node.FirstLayer; layer < node.EndLayer; layer++)
        {
            int count = chunk.Tokens, offset = top[layer];
            forward.Attend(layer, rows.Hidden(chunk.Row, count), rows.Positions(chunk.Row, count), count, cache, offset, 0);
            chunk.Layers[layer] = (offset, count);
            top[layer] += count;
            bool prune = layer == node.EndLayer - 1 && count > node.Target;
            if (prune || (options.Accumulate && layer >= options.AccumulateFrom))
                Score(chunk, layer);
            if (prune)
                Prune(chunk, node, layer);
            forward.Mlp(layer, rows.Hidden(chunk.Row, chunk.Tokens), chunk.Tokens);
            Report(count);
        }

        nodesRun++;
        return chunk;
    }

    private Chunk ReadLeaf(PlanNode node)
    {
        int context = node.Length - plan.Prefix - plan.Suffix, row = topRow;
        var ids = new int[node.Length];
        var tokens = new int[node.Length];
        var positions = new int[node.Length];
        for (int i = 0; i < node.Length; i++)
        {
            int inContext = i - plan.Prefix, inSuffix = inContext - context;
            (ids[i], tokens[i], positions[i]) =
                inContext < 0 ? (request.Input.Prefix[i], i, i)
                : inSuffix < 0 ? (request.Input.Context[node.ContextStart + inContext], plan.Prefix + node.ContextStart + inContext, i)
                : (request.Input.Suffix[inSuffix], plan.Prefix + plan.Context + inSuffix, plan.SuffixPosition + inSuffix);
        }

        rows.Write(row, tokens, positions);
        forward.Embed(ids, rows.Hidden(row, node.Length));
        topRow += node.Length;
        return new() { Row = row, Tokens = node.Length, Layers = new (int, int)[model.Config.Layers] };
    }

    private void Report(int tokens)
    {
        request.Cancellation.ThrowIfCancellationRequested();
        tokenLayersDone += tokens;
        request.Progress?.Invoke((double)tokenLayersDone / plan.Footprint.TokenLayers);
    }

    private void Score(Chunk chunk, int layer)
    {
        ArrayView<float> significance = rows.Significance(chunk.Row, chunk.Tokens);
        if (options.Pruning == Pruning.Random)
        {
            model.Significance.LaunchRandom(significance, chunk.Tokens, options.Seed, nodesRun);
            return;
        }

        int distances = (int)(bias.Length / model.Config.Layers);
        model.Significance.Launch(
            significance, forward.LastQuery(chunk.Tokens), cache, layer, chunk.Layers[layer].Offset, rows.Positions(chunk.Row, chunk.Tokens),
            bias.View.SubView((long)layer * distances, distances), options.Accumulate ? request.Calibration?.Scale(layer) ?? 1 : 1, chunk.Tokens,
            model.Config.Heads, options.Accumulate && layer > options.AccumulateFrom);
    }

    private void Prune(Chunk chunk, PlanNode node, int layer)
    {
        int target = node.Target;
        model.TokenSelection.Launch(
            kept.View, rows.Significance(chunk.Row, chunk.Tokens), (ranks.View, pooled.View), chunk.Tokens, target, plan.Prefix, plan.Suffix, options.Pooling);
        OnPruning?.Invoke(new(node, layer, kept.Read(0, target)));
        model.Gathering.LaunchRows(rows, chunk.Row, chunk.Tokens, kept.View, target);
        // Without refinement the layers below keep what they have.
        int first = options.Refinement == Refinement.Propagative ? 0 : layer, layers = layer + 1 - first;
        ArrayView<LayerSpan> where = WriteSpans(
            layers, l => new() { Offset = chunk.Layers[first + l].Offset, Left = chunk.Layers[first + l].Length });
        model.Gathering.LaunchCache(cache, first, layers, where, kept.View, target);
        for (int l = first; l <= layer; l++)
            Resize(chunk, l, target);
        topRow = chunk.Row + target;
        chunk.Tokens = target;
    }

    /// <summary>Merges a chunk with the one right after it, which is the k-th of its siblings, in the layers that both have been through.</summary>
    private void Merge(Chunk left, Chunk right, int layers, int k)
    {
        int affixes = plan.Prefix + plan.Suffix;
        var weights = new ChunkMerge.Affixes { Prefix = plan.Prefix, Suffix = plan.Suffix, LeftWeight = k / (k + 1f), RightWeight = 1 / (k + 1f) };
        ArrayView<LayerSpan> where = WriteSpans(
            layers, l => new() { Offset = left.Layers[l].Offset, Left = left.Layers[l].Length, Right = right.Layers[l].Length });
        model.ChunkMerge.LaunchCache(cache, where, layers, weights);
        model.ChunkMerge.LaunchRows(rows, left.Row, left.Tokens, right.Tokens, weights);
        for (int l = 0; l < layers; l++)
            Resize(left, l, left.Layers[l].Length + right.Layers[l].Length - affixes);
        left.Tokens += right.Tokens - affixes;
        topRow = left.Row + left.Tokens;
    }

    private void Resize(Chunk chunk, int layer, int length)
    {
        chunk.Layers[layer].Length = length;
        top[layer] = chunk.Layers[layer].Offset + length;
    }

    private ArrayView<LayerSpan> WriteSpans(int layers, Func<int, LayerSpan> span)
    {
        var values = new LayerSpan[layers];
        for (int l = 0; l < layers; l++)
            values[l] = span(l);
        spans.Write(values);
        return spans.View.SubView(0, layers);
    }

    /// <summary>A live chunk: its rows among the hidden states, and where its keys and values lie in each layer it has been through.</summary>
    private sealed class Chunk
    {
        public required int Row { get; init; }

        public required int Tokens { get; set; }

        public required (int Offset, int Length)[] Layers { get; init; }
    }
}
