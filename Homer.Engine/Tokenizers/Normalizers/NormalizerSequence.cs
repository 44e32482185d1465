namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Several normalizers, one after the other.</summary>
internal sealed record NormalizerSequence(IReadOnlyList<INormalizer> Normalizers) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => Normalizers.Aggregate(text, (current, normalizer) => normalizer.Normalize(current));
}
