using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// Runs a plan. Live chunks lie one after another in every layer of one cache: merging and pruning move rows down in place, and the root ends at row 0.
/// </summary>
/// <remarks>
/// A leaf by itself runs in two parts, prefix and document first, then the suffix over them. Attention is causal, so the first part does not depend
/// on the question and may be taken from a <see cref="Leaves.LeafCache"/> instead: the results are the same to the bit.
/// </remarks>
internal sealed class HomerRun : PlanWalk, IDisposable
{
    private readonly ContextRequest request;
    private readonly TransformerModel model;
    private readonly ResolvedHomerOptions options;
    private readonly RunBuffers buffers;
    private readonly KeyValueCache cache;
    private readonly ChunkRows rows;
    private readonly ForwardPass forward;
    private readonly ChunkPass pass;

    public HomerRun(ContextRequest request, MergePlan plan, ResolvedHomerOptions options)
        : base(plan, request.Model.Config.Layers)
    {
        this.request = request;
        this.options = options;
        model = request.Model;
        buffers = new(request, plan, options);
        (cache, rows, forward) = (buffers.Cache, buffers.Rows, buffers.Forward);
        pass = new(request, plan, options, buffers, Stack);
    }

    /// <summary>Told of every pruning, when set.</summary>
    public Action<PruningEvent>? OnPruning { init => pass.OnPruning = value; }

    /// <summary>Given the hidden states that leave the last layer [tokens, hidden_size], when set.</summary>
    public Action<ArrayView<float>, int>? OnRoot { get; init; }

    /// <summary>Runs the whole tree and hands the finished cache over.</summary>
    public KvContext Run()
    {
        request.Leaves?.Begin(request, Plan, options, buffers.Rope);
        LiveChunk root = Walk();
        OnRoot?.Invoke(rows.Hidden(0, root.Tokens), root.Tokens);
        KvContext context = buffers.HandOver(model, root, Plan.SuffixPosition + Plan.SuffixLength);
        forward.Logits(rows.Hidden(root.Tokens - 1, 1), context.Logits, 1);
        return context;
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    /// <inheritdoc/>
    /// <remarks>Where leaves are kept, each runs by itself: of some there is nothing to do but the suffix.</remarks>
    protected override IEnumerable<LiveChunk> RunLeaves(IReadOnlyList<PlanNode> leaves) =>
        options.RowsAtOnce == 0 || request.Leaves is not null ? leaves.Select(RunLeaf) : RunTogether(leaves);

    /// <inheritdoc/>
    protected override void RunNode(PlanNode node, LiveChunk chunk) => pass.Run([new(node, chunk)], 0);

    /// <inheritdoc/>
    protected override void Merge(LiveChunk left, LiveChunk right, int layers, int k)
    {
        var weights = new ChunkMerge.Affixes { Prefix = Plan.PrefixLength, Suffix = Plan.SuffixLength, LeftWeight = k / (k + 1f), RightWeight = 1 / (k + 1f) };
        ArrayView<LayerSpan> where = buffers.WriteSpans(layers, l => left.SpanIn(l) with { Gap = right.Layers[l].Offset - left.EndIn(l), Right = right.Layers[l].Length });
        model.ChunkMerge.LaunchCache(cache, where, layers, weights);
        model.ChunkMerge.LaunchRows(rows, new() { FirstRow = left.Row, Left = left.Tokens, Gap = right.Row - left.End, Right = right.Tokens }, weights);
        Stack.Merge(left, right, layers, Plan.PrefixLength + Plan.SuffixLength);
    }

    private LiveChunk[] RunTogether(IReadOnlyList<PlanNode> leaves)
    {
        RunningChunk[] running = [.. leaves.Select(leaf => new RunningChunk(leaf, Stack.Push(leaf.ReadLength), leaf.Overlap))];
        List<int> ids = [];
        foreach ((PlanNode leaf, LiveChunk chunk, _) in running)
            ids.AddRange([.. PlaceDocument(leaf, chunk, leaf.Overlap), .. PlaceSuffix(chunk)]);
        forward.Embed([.. ids], rows.Hidden(running[0].Chunk.Row, ids.Count));
        pass.Run(running, 0);
        return [.. running.Select(one => one.Chunk)];
    }

    /// <summary>Runs a leaf by itself: prefix and document, unless they are kept, and then the suffix over them.</summary>
    private LiveChunk RunLeaf(PlanNode leaf)
    {
        int document = leaf.Length - Plan.SuffixLength;
        LiveChunk chunk = Restore(leaf, document) ?? ReadDocument(leaf, document);
        Stack.Extend(chunk, Plan.SuffixLength);
        forward.Embed(PlaceSuffix(chunk), rows.Hidden(chunk.Row + document, Plan.SuffixLength));
        pass.Run([new(leaf, chunk)], document);
        return chunk;
    }

    /// <summary>Takes over so many tokens of prefix and document; null if they are not kept.</summary>
    private LiveChunk? Restore(PlanNode leaf, int tokens)
    {
        if (request.Leaves is null || tokens == 0)
            return null;
        ArrayView<LayerSpan> where = buffers.WriteSpans(leaf.EndLayer, l => new() { FirstRow = Stack.EndIn(l), Left = tokens });
        if (!request.Leaves.TryRestore(Plan.LeafOf(leaf), cache, where, leaf.EndLayer, rows.Hidden(Stack.End, tokens), tokens))
            return null;
        LiveChunk chunk = Stack.Push(tokens);
        Stack.Append(chunk, 0, leaf.EndLayer, tokens);
        PlaceDocument(leaf, chunk, 0);
        pass.Report((tokens + leaf.Overlap) * leaf.EndLayer);
        return chunk;
    }

    /// <summary>Runs prefix and document through a leaf's layers, up to the last one's MLP. What the leaf reads before its own slice of the document is dropped at the end.</summary>
    private LiveChunk ReadDocument(PlanNode leaf, int tokens)
    {
        LiveChunk chunk = Stack.Push(leaf.Overlap + tokens);
        if (chunk.Tokens == 0)
            return chunk;
        forward.Embed(PlaceDocument(leaf, chunk, leaf.Overlap), rows.Hidden(chunk.Row, chunk.Tokens));
        pass.RunDocument(leaf, chunk);
        request.Leaves?.Save(Plan.LeafOf(leaf), cache, buffers.WriteSpans(leaf.EndLayer, chunk.SpanIn), leaf.EndLayer, rows.Hidden(chunk.Row, tokens), tokens);
        return chunk;
    }

    /// <summary>Says where prefix and document of a leaf are, with so many tokens before its own slice; returns their ids.</summary>
    private int[] PlaceDocument(PlanNode leaf, LiveChunk chunk, int overlap)
    {
        int start = leaf.DocumentStart - overlap, count = overlap + leaf.Length - Plan.PrefixLength - Plan.SuffixLength;
        int[] prefix = [.. Enumerable.Range(0, Plan.PrefixLength)];
        rows.Write(
            chunk.Row, [.. prefix, .. Enumerable.Range(Plan.PrefixLength + start, count)], [.. prefix, .. Enumerable.Range(Plan.DocumentPosition - overlap, count)]);
        return [.. request.Input.Prefix, .. request.Input.Document.Skip(start).Take(count)];
    }

    /// <summary>Says where a leaf's suffix is, at its end; returns its ids.</summary>
    private int[] PlaceSuffix(LiveChunk chunk)
    {
        rows.Write(
            chunk.End - Plan.SuffixLength, [.. Enumerable.Range(Plan.PrefixLength + Plan.DocumentLength, Plan.SuffixLength)], [.. Enumerable.Range(Plan.SuffixPosition, Plan.SuffixLength)]);
        return [.. request.Input.Suffix];
    }
}
