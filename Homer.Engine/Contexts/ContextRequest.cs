using Homer.Engine.Checks;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Contexts;

/// <summary>The input that a method reads, with the settings that every method shares.</summary>
/// <param name="Model">The model.</param>
/// <param name="Input">Prefix, document and suffix.</param>
public sealed record ContextRequest(TransformerModel Model, ContextInput Input)
{
    /// <summary><inheritdoc cref="ContextRequest" path="/param[@name='Model']/node()"/></summary>
    public TransformerModel Model { get; init => field = NotNull.Of(value); } = NotNull.Of(Model);

    /// <summary><inheritdoc cref="ContextRequest" path="/param[@name='Input']/node()"/></summary>
    public ContextInput Input { get; init => field = NotNull.Of(value); } = NotNull.Of(Input);

    /// <summary>The position scaling to read with; null for the model's own.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>The element type of keys and values; null for 32 bits, or for what a memory budget chooses.</summary>
    public CacheType? CacheType { get; init; }

    /// <summary>The number of tokens that the context must have room for beyond the input.</summary>
    public int NewTokens { get; init; }

    /// <summary>Receives the share of the work that is done, 0 … 1.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>The token that stops the work soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The number of tokens of the input, plus the new ones.</summary>
    internal long TotalLength => (long)Input.Length + NewTokens;

    /// <summary>The element type with the default filled in.</summary>
    internal CacheType ResolvedCacheType => CacheType ?? default;

    /// <summary>The position scaling with the default filled in.</summary>
    internal RopeScaling ResolvedRopeScaling => RopeScaling ?? Model.Config.RopeScaling;
}
