using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Recall;

/// <summary>The device memory for reading chunks up to the last layer whose keys are kept.</summary>
internal sealed class KeyReaderBuffers : BufferPlan
{
    /// <summary>Lists the buffers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The settings.</param>
    /// <param name="scaling">The position scaling.</param>
    public KeyReaderBuffers(TransformerModel model, ResolvedRecallOptions options, RopeScaling scaling)
    {
        ModelConfig config = model.Config;
        int chunk = options.Chunk, block = Math.Min(chunk, model.Device.BlockLength), last = options.Heads.Max(head => head.Layer);
        // The last layer needs no attention, only its keys.
        int[] capacities = [.. Enumerable.Range(0, config.Layers).Select(layer => layer < last ? chunk : 0)];
        RopeTable? table = null;
        Rope = Add(
            RopeTable.BytesFor(config, chunk), MemoryUse.Workspace,
            device => table = new RopeTable(device, config, scaling, chunk));
        Cache = Add(
            KeyValueCache.BytesFor(capacities, config.KvHeads, config.HeadDim, CacheType.Float32), MemoryUse.Cache,
            device => new KeyValueCache(device, capacities, config.KvHeads, config.HeadDim));
        Forward = Add(ForwardPass.BytesFor(model, block), MemoryUse.Workspace, _ => new ForwardPass(model, table!, block));
        Hidden = Add<float>((long)block * config.HiddenSize, MemoryUse.Workspace);
        Positions = Add<int>(block, MemoryUse.Workspace);
        Elements = Add<sbyte>((long)chunk * options.Heads.Count * config.HeadDim, MemoryUse.Workspace);
        Scales = Add<Float16>((long)chunk * options.Heads.Count, MemoryUse.Workspace);
    }

    /// <summary>The RoPE table of a chunk.</summary>
    public Planned<RopeTable> Rope { get; }

    /// <summary>The keys and values of a chunk below the last layer.</summary>
    public Planned<KeyValueCache> Cache { get; }

    /// <summary>The activations of a block.</summary>
    public Planned<ForwardPass> Forward { get; }

    /// <summary>The hidden states of a block [block, hidden_size].</summary>
    public Planned<DeviceBuffer<float>> Hidden { get; }

    /// <summary>The positions of a block.</summary>
    public Planned<DeviceBuffer<int>> Positions { get; }

    /// <summary>The rounded keys of a chunk [chunk, heads, head_dim].</summary>
    public Planned<DeviceBuffer<sbyte>> Elements { get; }

    /// <summary>Their scales [chunk, heads].</summary>
    public Planned<DeviceBuffer<Float16>> Scales { get; }
}
