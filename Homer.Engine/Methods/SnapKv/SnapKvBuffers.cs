using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Engine.Methods.SnapKv;

/// <summary>The device memory of a <see cref="SnapKvRun"/> that is held until the run is over.</summary>
internal sealed class SnapKvBuffers : BufferPlan
{
    /// <summary>Lists the buffers.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="options">The settings.</param>
    /// <param name="length">The number of tokens of the input.</param>
    public SnapKvBuffers(ModelConfig config, ResolvedSnapKvOptions options, int length)
    {
        Hidden = Add<float>((long)length * config.HiddenSize, MemoryUse.Cache);
        Positions = AddFilled(length, MemoryUse.Workspace, token => token);
        Votes = Add<float>((long)config.KvHeads * length, MemoryUse.Workspace);
        Pooled = Add<float>((long)config.KvHeads * length, MemoryUse.Workspace);
        Normalizers = Add<float>((long)options.Observed * config.Heads, MemoryUse.Workspace);
        Kept = Add<int>((long)config.KvHeads * options.Budget, MemoryUse.Workspace);
    }

    /// <summary>The hidden states of the input [tokens, hidden_size].</summary>
    public Planned<DeviceBuffer<float>> Hidden { get; }

    /// <summary>The positions of the input [tokens].</summary>
    public Planned<DeviceBuffer<int>> Positions { get; }

    /// <summary>The attention that each token of a layer gets from the last ones [kv_heads, tokens].</summary>
    public Planned<DeviceBuffer<float>> Votes { get; }

    /// <summary>The votes pooled over neighbors [kv_heads, tokens].</summary>
    public Planned<DeviceBuffer<float>> Pooled { get; }

    /// <summary>The scratch of the softmax [observed, heads].</summary>
    public Planned<DeviceBuffer<float>> Normalizers { get; }

    /// <summary>The rows of a layer that each head keeps [kv_heads, budget].</summary>
    public Planned<DeviceBuffer<int>> Kept { get; }
}
