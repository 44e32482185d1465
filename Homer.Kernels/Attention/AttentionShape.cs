namespace Homer.Kernels.Attention;

/// <summary>The shape of causal attention.</summary>
/// <param name="Tokens">The tokens that attend, whose own keys and values are in the cache already.</param>
/// <param name="Heads">Query heads, a multiple of the cache's key heads.</param>
/// <param name="Past">Rows that all tokens see: those between the first row and the first token's own.</param>
public readonly record struct AttentionShape(int Tokens, int Heads, int Past);
