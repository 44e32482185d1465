namespace Homer.Kernels.Sampling;

/// <summary>The parameters of choosing the next token. The default takes the most probable token.</summary>
public readonly record struct SamplingParameters()
{
    /// <summary>The divisor of the logits: larger values make rare tokens likelier; 0 always takes the most probable token.</summary>
    public float Temperature { get; init; }

    /// <summary>The number of most probable tokens that can be drawn, besides those as probable as the last of them; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>The sum of probabilities, after top-k, that the fewest most probable tokens must reach to be drawn; 1 for all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>The least probability of a token that can be drawn, relative to the most probable one; 0 for all.</summary>
    public float MinP { get; init; }

    /// <summary>The divisor of positive logits of recent tokens, and the factor of negative ones, before all else; 1 for none.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>The seed, which fixes all random choices.</summary>
    public int Seed { get; init; }

    /// <summary>Checks that the values make sense.</summary>
    /// <exception cref="HomerException">One of them does not; the message says which and what would.</exception>
    public void Validate()
    {
        Require(
            Temperature >= 0 && float.IsFinite(Temperature),
            $"The temperature {Temperature} is impossible; use 0 for the most probable token, or more.");
        Require(TopK >= 0, $"The top-k {TopK} is impossible; use 0 for no limit, or the number of tokens to choose from.");
        Require(TopP is > 0 and <= 1, $"The top-p {TopP} is impossible; use more than 0, and at most 1, which means no limit.");
        Require(MinP is >= 0 and <= 1, $"The min-p {MinP} is impossible; use 0, which means no limit, to 1.");
        Require(
            RepetitionPenalty > 0 && float.IsFinite(RepetitionPenalty),
            $"The repetition penalty {RepetitionPenalty} is impossible; use 1 for none, more against repeating, or less (above 0) for it.");
    }

    private static void Require(bool possible, FormattableString message)
    {
        if (!possible)
            throw new HomerException(FormattableString.Invariant(message));
    }
}
