using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Training.Network;

/// <summary>What one layer computed on the way forward and needs on the way back.</summary>
internal sealed class LayerActivations : IDisposable
{
    private readonly Lifetime lifetime = new();

    public LayerActivations(ModelConfig config, int tokens)
    {
        int width = config.HiddenSize, query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
        FloatBlock Own(int perToken) => lifetime.Own(new FloatBlock(tokens * perToken));
        Input = Own(width);
        Normalized = Own(width);
        Query = Own(query);
        Key = Own(key);
        Value = Own(key);
        Weights = Own(config.Heads * config.Window);
        Mixed = Own(query);
        Middle = Own(width);
        MiddleNormalized = Own(width);
        Gate = Own(config.IntermediateSize);
        Up = Own(config.IntermediateSize);
        Activated = Own(config.IntermediateSize);
    }

    public FloatBlock Input { get; }

    public FloatBlock Normalized { get; }

    public FloatBlock Query { get; }

    public FloatBlock Key { get; }

    public FloatBlock Value { get; }

    public FloatBlock Weights { get; }

    public FloatBlock Mixed { get; }

    public FloatBlock Middle { get; }

    public FloatBlock MiddleNormalized { get; }

    public FloatBlock Gate { get; }

    public FloatBlock Up { get; }

    public FloatBlock Activated { get; }

    public void Dispose() => lifetime.Dispose();
}
