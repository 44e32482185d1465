using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>
/// Executes the steps of a reading on the device. Live chunks lie one after another in every layer of one cache: merging and pruning move
/// rows down in place, and the root ends at row 0.
/// </summary>
internal sealed class HomerRun : IDisposable
{
    private readonly HomerReading reading;
    private readonly MergePlan plan;
    private readonly TransformerModel model;
    private readonly MergingKernels kernels;
    private readonly RunBuffers buffers;
    private readonly ChunkLayers layers;
    private KeptLeaves? leaves;
    private long tokenLayersDone;

    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public HomerRun(HomerReading reading)
    {
        this.reading = reading;
        plan = reading.Plan;
        model = reading.Request.Model;
        kernels = MergingKernels.Of(model.Device);
        buffers = new(reading);
        layers = new(reading, buffers) { Report = Report };
    }

    /// <summary>Receives the share of the work that is done, 0 … 1, when set.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Receives every pruning, when set.</summary>
    public Action<PruningEvent>? OnPruning { get; init; }

    /// <summary>Receives the hidden states that leave the last layer [tokens, hidden_size], when set.</summary>
    public Action<ArrayView<float>, int>? OnRoot { get; init; }

    private ChunkRows Rows => buffers.Rows;

    /// <summary>Executes all steps and hands the finished cache over.</summary>
    public KvContext Run()
    {
        leaves = reading.Leaves is { } store ? new(store, reading, buffers.Rope) : null;
        // Where leaves are kept, each runs alone, because some of them need only their suffix read.
        var schedule = new MergeSchedule(plan, sideBySide: reading.Options.RowsAtOnce > 0 && leaves is null);
        foreach (ScheduleStep step in schedule.Steps())
            Execute(step);
        LiveChunk root = schedule.Root;
        OnRoot?.Invoke(Rows.Hidden(0, root.Tokens), root.Tokens);
        KvContext context = buffers.HandOver(model, root, plan.SuffixPosition + plan.SuffixLength);
        try
        {
            buffers.Forward.Logits(Rows.Hidden(root.Tokens - 1, 1), context.Logits, 1);
            // Before the suffix may be read again: over survivors alone, a token that is NaN would no longer show.
            _ = context.ReadLogits();
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    private void Execute(ScheduleStep step)
    {
        switch (step)
        {
            case ScheduleStep.ReadDocument(var leaf, var chunk):
                ReadDocument(leaf, chunk);
                break;
            case ScheduleStep.ReadSuffix(var leaf, var chunk, var past):
                buffers.Forward.Embed(PlaceSuffix(chunk), Rows.Hidden(chunk.Row + past, plan.SuffixLength));
                layers.Run(leaf, chunk, past);
                break;
            case ScheduleStep.ReadLeaves(var placed):
                ReadLeaves(placed);
                break;
            case ScheduleStep.RunLayers(var node, var chunk):
                layers.Run(node, chunk, 0);
                break;
            case ScheduleStep.Prune(var node, var chunk):
                Prune(node, chunk);
                break;
            case ScheduleStep.FinishLayers(var node, var chunk):
                buffers.Forward.Mlp(node.EndLayer - 1, Rows.Hidden(chunk.Row, chunk.Tokens), chunk.Tokens);
                break;
            case ScheduleStep.Merge merge:
                Merge(merge);
                break;
        }
    }

    /// <summary>Restores a leaf's prefix and document, or reads them and drops the leaf's overlap.</summary>
    private void ReadDocument(PlanNode leaf, LiveChunk chunk)
    {
        int own = chunk.Tokens - leaf.Overlap;
        if (own == 0 || TryRestore(leaf, chunk, own))
            return;
        buffers.Forward.Embed(PlaceDocument(leaf, chunk, leaf.Overlap), Rows.Hidden(chunk.Row, chunk.Tokens));
        layers.RunDocument(leaf, chunk);
        if (leaf.Overlap > 0)
            layers.DropOverlap(leaf, chunk);
        leaves?.Save(plan.LeafOf(leaf), buffers.Cache, OwnSpans(leaf, chunk, own), Rows.Hidden(chunk.Row, own), own);
    }

    private bool TryRestore(PlanNode leaf, LiveChunk chunk, int own)
    {
        if (leaves?.TryRestore(plan.LeafOf(leaf), buffers.Cache, OwnSpans(leaf, chunk, own), Rows.Hidden(chunk.Row, own), own) != true)
            return false;
        PlaceDocument(leaf, chunk, 0);
        Report(chunk.Tokens * leaf.EndLayer);
        return true;
    }

    private ArrayView<LayerSpan> OwnSpans(PlanNode leaf, LiveChunk chunk, int own) =>
        buffers.WriteSpans(leaf.EndLayer, layer => chunk.SpanIn(layer) with { Left = own });

    private void ReadLeaves(IReadOnlyList<PlacedNode> placed)
    {
        List<int> ids = [];
        foreach ((PlanNode leaf, LiveChunk chunk) in placed)
            ids.AddRange([.. PlaceDocument(leaf, chunk, leaf.Overlap), .. PlaceSuffix(chunk)]);
        buffers.Forward.Embed([.. ids], Rows.Hidden(placed[0].Chunk.Row, ids.Count));
        layers.RunSideBySide(placed);
    }

    private void Prune(PlanNode node, LiveChunk chunk)
    {
        int layer = node.EndLayer - 1;
        kernels.TokenSelection.Launch(
            buffers.Kept.View, Rows.Significance(chunk.Row, chunk.Tokens), buffers.Selection,
            new(chunk.Tokens, plan.PrefixLength, plan.SuffixLength), node.Target, reading.Options.Pooling);
        OnPruning?.Invoke(new(node, layer, buffers.Kept.Read(0, node.Target)));
        layers.Keep(chunk, plan.FirstPrunedLayer(node), node.EndLayer, node.Target);
    }

    private void Merge(ScheduleStep.Merge merge)
    {
        (LiveChunk left, LiveChunk right, int count, int merged) = merge;
        var weights = new ChunkMerge.Affixes
        {
            Prefix = plan.PrefixLength,
            Suffix = plan.SuffixLength,
            LeftWeight = merged / (merged + 1f),
            RightWeight = 1 / (merged + 1f),
        };
        ArrayView<LayerSpan> spans = buffers.WriteSpans(
            count,
            layer => left.SpanIn(layer) with
            {
                Gap = right.Layers[layer].FirstRow - left.EndIn(layer),
                Right = right.Layers[layer].Length,
            });
        kernels.ChunkMerge.LaunchCache(buffers.Cache, spans, count, weights);
        var rows = new LayerSpan { FirstRow = left.Row, Left = left.Tokens, Gap = right.Row - left.End, Right = right.Tokens };
        kernels.ChunkMerge.LaunchRows(Rows, rows, weights);
    }

    /// <summary>Writes indices and positions of a leaf's prefix and document, with some tokens before its own slice.</summary>
    /// <returns>The ids of these tokens.</returns>
    private int[] PlaceDocument(PlanNode leaf, LiveChunk chunk, int overlap)
    {
        ContextInput input = reading.Request.Input;
        int start = leaf.DocumentStart - overlap, count = overlap + leaf.Length - plan.PrefixLength - plan.SuffixLength;
        int[] prefix = [.. Enumerable.Range(0, plan.PrefixLength)];
        Rows.Write(
            chunk.Row, [.. prefix, .. Enumerable.Range(plan.PrefixLength + start, count)],
            [.. prefix, .. Enumerable.Range(plan.DocumentPosition - overlap, count)]);
        return [.. input.Prefix, .. input.Document.Skip(start).Take(count)];
    }

    /// <summary>Writes indices and positions of a leaf's suffix, at the end of its chunk.</summary>
    /// <returns>The ids of the suffix.</returns>
    private int[] PlaceSuffix(LiveChunk chunk)
    {
        int length = plan.SuffixLength;
        Rows.Write(
            chunk.End - length, [.. Enumerable.Range(plan.PrefixLength + plan.DocumentLength, length)],
            [.. Enumerable.Range(plan.SuffixPosition, length)]);
        return [.. reading.Request.Input.Suffix];
    }

    /// <summary>Reports progress by the number of layers run, counted once for each token; stops where the request is cancelled.</summary>
    private void Report(int tokenLayers)
    {
        reading.Request.Cancellation.ThrowIfCancellationRequested();
        tokenLayersDone += tokenLayers;
        Progress?.Invoke((double)tokenLayersDone / plan.Footprint.TokenLayers);
    }
}
