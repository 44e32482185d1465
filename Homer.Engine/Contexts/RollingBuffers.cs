using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Contexts;

/// <summary>The device memory of a <see cref="RollingPolicy"/>; a policy with more buffers derives its own list.</summary>
internal class RollingBuffers : BufferPlan
{
    /// <summary>Lists the buffers.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="limit">The most tokens in the cache.</param>
    /// <param name="block">The most tokens that are read at once.</param>
    /// <param name="type">The element type of keys and values.</param>
    public RollingBuffers(ModelConfig config, int limit, int block, CacheType type)
    {
        Limit = limit;
        BlockLength = block;
        int half = config.HeadDim / 2;
        Rows = AddFilled(limit, MemoryUse.Workspace, row => row);
        Zeros = AddFilled(block, MemoryUse.Workspace, _ => 0);
        Cos = AddFilled(half, MemoryUse.Workspace, _ => 1f);
        Sin = AddFilled(half, MemoryUse.Workspace, _ => 0f);
        Rotated = Add(
            KeyValueCache.BytesFor([limit], config.KvHeads, config.HeadDim, type), MemoryUse.Cache,
            device => new KeyValueCache(device, [limit], config.KvHeads, config.HeadDim, type));
    }

    /// <inheritdoc cref="CachePolicy.Limit"/>
    public int Limit { get; }

    /// <inheritdoc cref="CachePolicy.BlockLength"/>
    public int BlockLength { get; }

    /// <summary>The numbers of the rows [limit], as positions.</summary>
    public Planned<DeviceBuffer<int>> Rows { get; }

    /// <summary>Position 0 for every token of a block [block].</summary>
    public Planned<DeviceBuffer<int>> Zeros { get; }

    /// <summary>The cosines of the rotation by no angle [head_dim / 2].</summary>
    public Planned<DeviceBuffer<float>> Cos { get; }

    /// <summary>The sines of the rotation by no angle [head_dim / 2].</summary>
    public Planned<DeviceBuffer<float>> Sin { get; }

    /// <summary>One layer of the cache, its keys rotated to the positions of their rows.</summary>
    public Planned<KeyValueCache> Rotated { get; }
}
