namespace Homer.Kernels.Sampling;

/// <summary>How the next token is chosen. As created, the most probable token is taken.</summary>
public readonly record struct SamplingParameters()
{
    /// <summary>What logits are divided by: more makes rare tokens likelier; 0 always takes the most probable token.</summary>
    public float Temperature { get; init; }

    /// <summary>Only so many most probable tokens, and those as probable as the last of them, can be drawn; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the fewest most probable tokens whose probabilities, after top-k, sum to this can be drawn; 1 for all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Only tokens at least this many times as probable as the most probable one can be drawn; 0 for all.</summary>
    public float MinP { get; init; }

    /// <summary>Logits of recent tokens are divided by this if positive, else multiplied, before all else; 1 leaves them.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Fixes all random choices.</summary>
    public int Seed { get; init; }

    /// <summary>Checks that the values make sense.</summary>
    /// <exception cref="HomerException">One of them does not; the message says which and what would.</exception>
    public void Validate()
    {
        Require(Temperature >= 0 && float.IsFinite(Temperature), $"The temperature {Temperature} is impossible; use 0 for the most probable token, or more.");
        Require(TopK >= 0, $"The top-k {TopK} is impossible; use 0 for no limit, or the number of tokens to choose from.");
        Require(TopP is > 0 and <= 1, $"The top-p {TopP} is impossible; use more than 0, and at most 1, which means no limit.");
        Require(MinP is >= 0 and <= 1, $"The min-p {MinP} is impossible; use 0, which means no limit, to 1.");
        Require(
            RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty),
            $"The repetition penalty {RepetitionPenalty} is impossible; use 1 for none, more against repetition, or less, but more than 0, in favour of it.");
    }

    private static void Require(bool possible, FormattableString message)
    {
        if (!possible)
            throw new HomerException(FormattableString.Invariant(message));
    }
}
