using Homer.Kernels.Sampling;

namespace Homer.Engine.Generation;

/// <summary>How a text is continued.</summary>
public sealed record GenerationOptions
{
    // More than any model writes, few enough that lengths in tokens never overflow.
    private const int MostTokens = 1 << 24;

    /// <summary>The most new tokens.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>How each token is chosen; by default the most probable one.</summary>
    public SamplingParameters Sampling { get; init; } = new();

    /// <summary>How many of the last tokens the repetition penalty looks at.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>
    /// Where there is something to read again (see <see cref="IRereading"/>), it is whenever the most probable token is less probable than
    /// this; 0 for never.
    /// </summary>
    public float Confidence { get; init; } = 0.95f;

    /// <summary>How often to read again at most.</summary>
    public int MostReadings { get; init; } = 8;

    /// <summary>Texts before which the answer ends.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Checks that the values make sense.</summary>
    /// <exception cref="HomerException">One of them does not.</exception>
    public void Validate()
    {
        if (MaxTokens is < 1 or > MostTokens)
            throw new HomerException($"The number of new tokens must be between 1 and {MostTokens}, not {MaxTokens}.");
        if (!(Confidence is >= 0 and <= 1))
            throw new HomerException(FormattableString.Invariant($"The confidence {Confidence} is impossible; use a probability, or 0 for no second reading."));
        if (MostReadings < 0)
            throw new HomerException($"The number of further readings must be at least 0, not {MostReadings}.");
        if (RepetitionWindow < 0)
            throw new HomerException($"The repetition window must be at least 0 tokens, not {RepetitionWindow}.");
        Sampling.Validate();
    }
}

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop text came.</summary>
    Stop,

    /// <summary>The most new tokens were reached.</summary>
    Length,
}
