namespace Homer.Training.Network;

/// <summary>The queries, keys and values of a layer, or their gradients.</summary>
/// <param name="Query">[tokens, heads, head_dim].</param>
/// <param name="Key">[tokens, kv_heads, head_dim].</param>
/// <param name="Value">[tokens, kv_heads, head_dim].</param>
internal sealed record QueryKeyValue(FloatBlock Query, FloatBlock Key, FloatBlock Value);
