namespace Homer.Kernels.Attention;

/// <summary>The shape of causal attention.</summary>
/// <param name="Tokens">The tokens that attend, whose own keys and values are in the cache already.</param>
/// <param name="Heads">Query heads, a multiple of the cache's key heads.</param>
/// <param name="Past">Rows that all tokens see: those between the first row and the first token's own.</param>
public readonly record struct AttentionShape(int Tokens, int Heads, int Past)
{
    /// <summary>The rows that a token sees, its own included: the last ones before it; null for all.</summary>
    public int? Window { get; init; }

    /// <summary>The bound c of scores, which become c · tanh(score / c); 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>Whether no token sees less than all rows before it.</summary>
    internal bool SeesAll => Window is null || Window >= Past + Tokens;
}
