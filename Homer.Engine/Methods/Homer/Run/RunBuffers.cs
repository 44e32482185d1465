using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The device memory of a run, allocated once: nothing is allocated inside the tree.</summary>
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
        var lasting = new FinishedBuffers(reading);
        finished = lasting.Allocate(device);
        Rope = finished.Get(lasting.Rope);
        Cache = finished.Get(lasting.Cache);
        var passing = new ScratchBuffers(reading, Rope);
        try
        {
            scratch = passing.Allocate(device);
        }
        catch
        {
            finished.Dispose();
            throw;
        }

        Rows = scratch.Get(passing.Rows);
        Forward = scratch.Get(passing.Forward);
        Kept = scratch.Get(passing.Kept);
        Selection = (scratch.Get(passing.Ranks).View, scratch.Get(passing.Pooled).View);
        meanLogits = scratch.Get(passing.MeanLogits);
        spans = scratch.Get(passing.Spans);
        distances = passing.Distances;
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

    /// <summary>Returns a layer's usual logits by distance [distances].</summary>
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
