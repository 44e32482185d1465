using Homer.Kernels.Devices;
using Homer.Kernels.Merging;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The kernels that score, select, prune, merge and keep chunks.</summary>
/// <param name="device">The device to run on.</param>
internal sealed class MergingKernels(ComputeDevice device)
{
    public Significance Significance { get; } = device.Kernels.Get(device => new Significance(device));

    public TokenSelection TokenSelection { get; } = device.Kernels.Get(device => new TokenSelection(device));

    public SurvivorCompaction SurvivorCompaction { get; } = device.Kernels.Get(device => new SurvivorCompaction(device));

    public ChunkMerge ChunkMerge { get; } = device.Kernels.Get(device => new ChunkMerge(device));

    public LeafTransfer LeafTransfer { get; } = device.Kernels.Get(device => new LeafTransfer(device));

    /// <summary>Returns the kernels of a device, and loads them where this is the first call for it.</summary>
    public static MergingKernels Of(ComputeDevice device) => device.Kernels.Get(device => new MergingKernels(device));
}
