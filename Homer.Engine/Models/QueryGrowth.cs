namespace Homer.Engine.Models;

/// <summary>
/// The growth of queries with their position p, which keeps attention sharp over long texts: 1 + β · ln(1 + ⌊p / window⌋) (Llama 4,
/// Ministral 3).
/// </summary>
/// <param name="Beta">β (llama_4_scaling_beta).</param>
/// <param name="Window">The positions that leave queries as they are (original_max_position_embeddings).</param>
public sealed record QueryGrowth(double Beta, int Window);
