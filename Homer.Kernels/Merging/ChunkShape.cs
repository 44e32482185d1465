namespace Homer.Kernels.Merging;

/// <summary>The lengths of a chunk's parts; its document tokens lie between prefix and suffix.</summary>
/// <param name="Tokens">All tokens of the chunk.</param>
/// <param name="Prefix">Tokens of the prefix.</param>
/// <param name="Suffix">Tokens of the suffix.</param>
public readonly record struct ChunkShape(int Tokens, int Prefix, int Suffix);
