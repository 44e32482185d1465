using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The device memory of a run that outlives it in the finished context.</summary>
internal sealed class FinishedBuffers : BufferPlan
{
    public FinishedBuffers(HomerReading reading)
    {
        ModelConfig config = reading.Request.Model.Config;
        MergePlan plan = reading.Plan;
        int newTokens = reading.Request.NewTokens, read = plan.SuffixPosition + plan.SuffixLength, positions = read + newTokens;
        Rope = Add(
            RopeTable.BytesFor(config, positions), MemoryUse.Workspace,
            device => new RopeTable(device, config, reading.Request.ResolvedRopeScaling, positions, read));
        int[] capacities = [.. plan.Footprint.Layers.Zip(plan.Footprint.Finished, (peak, last) => Math.Max(peak, last + newTokens))];
        CacheType type = reading.Request.ResolvedCacheType;
        Cache = Add(
            KeyValueCache.BytesFor(capacities, config.KvHeads, config.HeadDim, type), MemoryUse.Cache,
            device => new KeyValueCache(device, capacities, config.KvHeads, config.HeadDim, type));
    }

    /// <summary>The RoPE table.</summary>
    public Planned<RopeTable> Rope { get; }

    /// <summary>The keys and values of all live chunks, and of the finished one.</summary>
    public Planned<KeyValueCache> Cache { get; }
}
