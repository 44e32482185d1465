using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Training.Network;

/// <summary>The activations of one layer that the forward pass computes and the backward pass needs.</summary>
internal sealed class LayerActivations : IDisposable
{
    private readonly Lifetime lifetime = new();

    /// <summary>Allocates the activations.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="tokens">The number of tokens of the largest micro-batch.</param>
    public LayerActivations(ModelConfig config, int tokens)
    {
        int width = config.HiddenSize, query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
        FloatBlock Own(int perToken) => lifetime.Own(new FloatBlock(tokens * perToken));
        Input = Own(width);
        InputNormalized = Own(width);
        Attention = new(Own(query), Own(key), Own(key));
        AttentionWeights = Own(config.Heads * config.Window);
        AttentionOutput = Own(query);
        Middle = Own(width);
        MiddleNormalized = Own(width);
        Gate = Own(config.IntermediateSize);
        Up = Own(config.IntermediateSize);
        Activated = Own(config.IntermediateSize);
    }

    /// <summary>The hidden states before the layer [tokens, width].</summary>
    public FloatBlock Input { get; }

    public FloatBlock InputNormalized { get; }

    /// <summary>The queries, keys and values after RoPE.</summary>
    public QueryKeyValue Attention { get; }

    /// <summary>[sequences, heads, sequence, sequence].</summary>
    public FloatBlock AttentionWeights { get; }

    /// <summary>The output of the heads, before the output projection [tokens, heads, head_dim].</summary>
    public FloatBlock AttentionOutput { get; }

    /// <summary>The hidden states between attention and MLP [tokens, width].</summary>
    public FloatBlock Middle { get; }

    public FloatBlock MiddleNormalized { get; }

    /// <summary>The gate projection of the MLP [tokens, inner].</summary>
    public FloatBlock Gate { get; }

    /// <summary>The up projection of the MLP [tokens, inner].</summary>
    public FloatBlock Up { get; }

    /// <summary>silu(gate) · up [tokens, inner].</summary>
    public FloatBlock Activated { get; }

    public void Dispose() => lifetime.Dispose();
}
