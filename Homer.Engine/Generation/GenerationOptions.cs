using Homer.Engine.Checks;
using Homer.Kernels.Sampling;

namespace Homer.Engine.Generation;

/// <summary>The settings of a continuation.</summary>
public sealed record GenerationOptions
{
    // More than any model generates, and few enough that lengths in tokens never overflow.
    internal const int MostTokens = 1 << 24;

    /// <summary>The most new tokens.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>The settings of sampling; by default each token is the most probable one.</summary>
    public SamplingParameters Sampling { get; init; } = new();

    /// <summary>The number of last tokens that the repetition penalty applies to.</summary>
    public int RepetitionWindow { get; init; } = 64;

    /// <summary>
    /// The probability below which the most probable token makes the input be read again, where that is possible (see
    /// <see cref="IRereading"/>); 0 for never.
    /// </summary>
    public float Confidence { get; init; } = 0.95f;

    /// <summary>The most times that the input is read again.</summary>
    public int MostReadings { get; init; } = 8;

    /// <summary>The texts before which the answer ends.</summary>
    public IReadOnlyList<string> Stop { get; init => field = NotNull.Of(value); } = [];

    /// <summary>The thoughts before the answer; null for those that the model's prompt has, or for none where there is no prompt.</summary>
    internal Thinking? Thinking { get; init; }

    /// <summary>The most new tokens, with those of the thought.</summary>
    internal int AllTokens => MaxTokens + (Thinking?.MostTokens ?? 0);

    /// <summary>Refuses impossible values.</summary>
    /// <exception cref="HomerException">A value is impossible.</exception>
    public void Validate()
    {
        if (Thinking is { Budget: < 0 or > MostTokens / 2 })
            throw new HomerException($"The budget of a thought must be between 0 and {MostTokens / 2} tokens, not {Thinking.Budget}.");
        if (MaxTokens is < 1 or > MostTokens)
            throw new HomerException($"The number of new tokens must be between 1 and {MostTokens}, not {MaxTokens}.");
        if (!(Confidence is >= 0 and <= 1))
        {
            throw new HomerException(FormattableString.Invariant(
                $"The confidence {Confidence} is impossible; use a probability, or 0 for no second reading."));
        }

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

    /// <summary>The limit of new tokens was reached.</summary>
    Length,
}
