namespace Homer.Engine.Methods.Homer;

/// <summary>The settings of hierarchical context merging with every default filled in; see <see cref="HomerOptions"/>.</summary>
public sealed record ResolvedHomerOptions
{
    /// <inheritdoc cref="HomerOptions.Chunk"/>
    public required int Chunk { get; init; }

    /// <inheritdoc cref="HomerOptions.Target"/>
    public required int Target { get; init; }

    /// <inheritdoc cref="HomerOptions.Warmup"/>
    public required int Warmup { get; init; }

    /// <inheritdoc cref="HomerOptions.InitialChunk"/>
    public required int InitialChunk { get; init; }

    /// <inheritdoc cref="HomerOptions.FullLeaves"/>
    public required bool FullLeaves { get; init; }

    /// <inheritdoc cref="HomerOptions.Overlap"/>
    public required int Overlap { get; init; }

    /// <inheritdoc cref="HomerOptions.RowsAtOnce"/>
    public required int RowsAtOnce { get; init; }

    /// <inheritdoc cref="HomerOptions.Pruning"/>
    public required Pruning Pruning { get; init; }

    /// <inheritdoc cref="HomerOptions.Refinement"/>
    public required Refinement Refinement { get; init; }

    /// <inheritdoc cref="HomerOptions.Pooling"/>
    public required int Pooling { get; init; }

    /// <inheritdoc cref="HomerOptions.Accumulate"/>
    public required bool Accumulate { get; init; }

    /// <inheritdoc cref="HomerOptions.AccumulateFrom"/>
    public required int AccumulateFrom { get; init; }

    /// <inheritdoc cref="HomerOptions.RereadSuffix"/>
    public required bool RereadSuffix { get; init; }

    /// <inheritdoc cref="HomerOptions.Recompute"/>
    public required bool Recompute { get; init; }

    /// <inheritdoc cref="HomerOptions.Seed"/>
    public required int Seed { get; init; }

    /// <summary>Whether chunks run through all layers alone and are joined at the end; see <see cref="IndependentChunksMethod"/>.</summary>
    internal bool Independent { get; init; }
}
