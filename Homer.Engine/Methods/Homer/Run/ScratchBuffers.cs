using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The device memory of a run that is freed when the run is over.</summary>
internal sealed class ScratchBuffers : BufferPlan
{
    /// <summary>Lists the buffers.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="rope">The RoPE table, once it is allocated; null for a forecast.</param>
    public ScratchBuffers(HomerReading reading, RopeTable? rope)
    {
        TransformerModel model = reading.Request.Model;
        ModelConfig config = model.Config;
        (int rows, int longest) = (reading.Plan.Footprint.Rows, reading.Plan.Footprint.LongestPass);
        float[] logits = UsesTable(reading) ? reading.Calibration!.MeanLogits.ToArray() : new float[config.Layers];
        Rows = Add(ChunkRows.BytesFor(rows, config.HiddenSize), MemoryUse.Cache, device => new ChunkRows(device, rows, config.HiddenSize));
        Forward = Add(ForwardPass.BytesFor(model, longest), MemoryUse.Workspace, _ => new ForwardPass(model, rope!, longest));
        MeanLogits = AddFilled(logits.Length, MemoryUse.Workspace, i => logits[i]);
        // Room for every leaf that runs at once.
        Spans = Add<LayerSpan>(reading.Plan.LeavesAtOnce * config.Layers, MemoryUse.Workspace);
        Kept = Add<int>(longest, MemoryUse.Workspace);
        Ranks = Add<int>(longest, MemoryUse.Workspace);
        Pooled = Add<float>(longest, MemoryUse.Workspace);
        Distances = logits.Length / config.Layers;
    }

    /// <summary>The hidden states, positions and significance of all live chunks.</summary>
    public Planned<ChunkRows> Rows { get; }

    /// <summary>The activations of the longest pass.</summary>
    public Planned<ForwardPass> Forward { get; }

    /// <summary>The mean attention logits [layers, distances].</summary>
    public Planned<DeviceBuffer<float>> MeanLogits { get; }

    /// <summary>The number of distances that the mean logits cover.</summary>
    public int Distances { get; }

    /// <summary>The rows of chunks in layers of the cache, for kernels.</summary>
    public Planned<DeviceBuffer<LayerSpan>> Spans { get; }

    /// <summary>The indices of the survivors of a pruning.</summary>
    public Planned<DeviceBuffer<int>> Kept { get; }

    /// <summary>The ranks that a selection computes.</summary>
    public Planned<DeviceBuffer<int>> Ranks { get; }

    /// <summary>The pooled significance that a selection computes.</summary>
    public Planned<DeviceBuffer<float>> Pooled { get; }

    private static bool UsesTable(HomerReading reading) => reading.Calibration is not null && reading.Options.Pruning == Pruning.Calibrated;
}
