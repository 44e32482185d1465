using Homer.Engine.Tokenizers.Normalizers;

namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Normalizes sections.</summary>
/// <param name="normalizer">The normalizer.</param>
/// <param name="next">Takes the normalized text.</param>
internal sealed class NormalizingStage(PiecewiseNormalizer normalizer, ISectionStage next) : ISectionStage
{
    private bool hasBegun;

    /// <inheritdoc/>
    public void Take(string text, bool isAtStart)
    {
        next.Take(normalizer.Normalize(text, isFirst: !hasBegun), isAtStart);
        hasBegun = true;
    }

    /// <inheritdoc/>
    public void End()
    {
        next.End();
        hasBegun = false;
    }
}
