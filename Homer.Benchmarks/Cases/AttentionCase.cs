using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Benchmarks.Cases;

/// <summary>The shape of an <see cref="AttentionPass"/>.</summary>
/// <param name="Tokens">The number of tokens that attend.</param>
/// <param name="Past">The number of earlier tokens that they see.</param>
/// <param name="HeadDim">Elements of a head.</param>
internal sealed record AttentionCase(int Tokens, int Past, int HeadDim)
{
    /// <summary>The number of layers, which run one after the other.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The number of query heads.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>The number of key heads.</summary>
    public int KvHeads { get; init; } = 4;

    /// <summary>The element type of the cache.</summary>
    public CacheType CacheType { get; init; } = CacheType.Float32;

    /// <summary>The treatment of activations on tensor cores.</summary>
    public ActivationPrecision Precision { get; init; } = ActivationPrecision.Full;
}
