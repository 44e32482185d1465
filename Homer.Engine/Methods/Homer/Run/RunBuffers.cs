using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The device memory of a run. It is allocated once, before the first step.</summary>
internal sealed class RunBuffers : IDisposable
{
    private readonly BufferSet finished;
    private readonly BufferSet scratch;
    private readonly DeviceBuffer<float> meanLogits;
    private readonly DeviceBuffer<LayerSpan> spans;
    private readonly int distances;
    private bool handedOver;

    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public RunBuffers(HomerReading reading)
    {
        ComputeDevice device = reading.Request.Model.Device;
        var finishedPlan = new FinishedBuffers(reading);
        finished = finishedPlan.Allocate(device);
        Rope = finished.Get(finishedPlan.Rope);
        Cache = finished.Get(finishedPlan.Cache);
        var scratchPlan = new ScratchBuffers(reading, Rope);
        try
        {
            scratch = scratchPlan.Allocate(device);
        }
        catch
        {
            finished.Dispose();
            throw;
        }

        Rows = scratch.Get(scratchPlan.Rows);
        Forward = scratch.Get(scratchPlan.Forward);
        Kept = scratch.Get(scratchPlan.Kept);
        Selection = (scratch.Get(scratchPlan.Ranks).View, scratch.Get(scratchPlan.Pooled).View);
        meanLogits = scratch.Get(scratchPlan.MeanLogits);
        spans = scratch.Get(scratchPlan.Spans);
        distances = scratchPlan.Distances;
    }

    /// <inheritdoc cref="FinishedBuffers.Rope"/>
    public RopeTable Rope { get; }

    /// <inheritdoc cref="FinishedBuffers.Cache"/>
    public KeyValueCache Cache { get; }

    /// <inheritdoc cref="ScratchBuffers.Rows"/>
    public ChunkRows Rows { get; }

    /// <inheritdoc cref="ScratchBuffers.Forward"/>
    public ForwardPass Forward { get; }

    /// <inheritdoc cref="ScratchBuffers.Kept"/>
    public DeviceBuffer<int> Kept { get; }

    /// <summary>The scratch of a selection: ranks and pooled significance.</summary>
    public (ArrayView<int> Ranks, ArrayView<float> Pooled) Selection { get; }

    /// <summary>Returns the mean logits of a layer at each distance [distances].</summary>
    public ArrayView<float> MeanLogits(int layer) => meanLogits.View.SubView((long)layer * distances, distances);

    /// <summary>Writes the rows of chunks in some layers of the cache to the device.</summary>
    /// <returns>The spans on the device [count]; valid until the next call.</returns>
    public ArrayView<LayerSpan> WriteSpans(int count, Func<int, LayerSpan> span)
    {
        spans.Write([.. Enumerable.Range(0, count).Select(span)]);
        return Spans(0, count);
    }

    /// <summary>Returns some of the spans that the last <see cref="WriteSpans"/> wrote.</summary>
    public ArrayView<LayerSpan> Spans(int first, int count) => spans.View.SubView(first, count);

    /// <summary>Hands the RoPE table and the cache over to a context that goes on from the finished chunk.</summary>
    public KvContext HandOver(TransformerModel model, LiveChunk root, int nextPosition)
    {
        var lifetime = new Lifetime();
        var context = new KvContext(model, lifetime, Rope, Cache, [.. root.Layers.Select(layer => layer.Length)], nextPosition)
        {
            Survivors = Rows.Read(0, root.Tokens),
        };
        lifetime.Own(finished);
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
}
