using Homer.Engine.Evaluation.Trials;

namespace Homer.Tests.Evaluation.Trials;

/// <summary>Makes trials with given results, without measuring.</summary>
internal static class TestTrials
{
    public static Trial Of(
        string variant,
        int length,
        int number = 1,
        bool? right = null,
        double? depth = null,
        int question = 0,
        (double Nats, int Tokens)? cost = null) => new()
        {
            Variant = variant,
            Length = length,
            Depth = depth,
            Number = number,
            Question = question,
            Tokens = length + 20,
            Right = right,
            Answer = right is null ? null : "it",
            Expected = right is null ? null : "it",
            Nats = cost?.Nats,
            ScoredTokens = cost?.Tokens,
            ReadSeconds = 0.25,
            ScoreSeconds = 0.5,
            PeakBytes = 1000 * number,
        };
}
