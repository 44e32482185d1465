using Homer.Kernels.Sampling;

namespace Homer.Engine.Generation;

/// <summary>The settings of a continuation.</summary>
public sealed record GenerationOptions
{
    // More than any model writes, few enough that lengths in tokens never overflow.
    private const int MostTokens = 1 << 24;

    /// <summary>The largest number of new tokens.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>The parameters of sampling; by default the most probable token is chosen.</summary>
    public SamplingParameters Sampling { get; init; } = new();

    /// <summary>The number of last tokens that the repetition penalty applies to.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>
    /// Where there is something to read again (see <see cref="IRereading"/>), it is whenever the most probable token is less probable than
    /// this; 0 for never.
    /// </summary>
    public float Confidence { get; init; } = 0.95f;

    /// <summary>The largest number of further readings.</summary>
    public int MostReadings { get; init; } = 8;

    /// <summary>The texts before which the answer ends.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Checks that the values make sense.</summary>
    /// <exception cref="HomerException">One of them does not.</exception>
    public void Validate()
    {
        if (MaxTokens is < 1 or > MostTokens)
            throw new HomerException($"The number of new tokens must be between 1 and {MostTokens}, not {MaxTokens}.");
        if (!(Confidence is >= 0 and <= 1))
            throw new HomerException(FormattableString.Invariant(
                $"The confidence {Confidence} is impossible; use a probability, or 0 for no second reading."));
        if (MostReadings < 0)
            throw new HomerException($"The number of further readings must be at least 0, not {MostReadings}.");
        if (RepetitionWindow < 0)
            throw new HomerException($"The repetition window must be at least 0 tokens, not {RepetitionWindow}.");
        Sampling.Validate();
    }
}

/// <summary>The reason why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop text came.</summary>
    Stop,

    /// <summary>The largest number of new tokens was reached.</summary>
    Length,
}
