using Homer.Engine.Models;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Tests.Training;

/// <summary>The shape of a small model with three layers, and micro-batches of random tokens with all roles that matter.</summary>
internal static class TinyTraining
{
    public static ModelConfig Config { get; } = new()
    {
        HiddenSize = 64,
        IntermediateSize = 96,
        Layers = 3,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 32,
        VocabularySize = 64,
        Window = 64,
        RmsNormEpsilon = 1e-5f,
    };

    public static IReadOnlyList<AttentionSupervision> Supervisions { get; } =
        [new(AttentionTargetKind.Bind, 0, 2), new(AttentionTargetKind.Retrieve, 2, 1)];

    public static MicroBatch Batch(int sequences, int tokens, int[] layers, int maskedLayers = 0)
    {
        var random = new Random(5);
        TokenRole[] roles =
        [
            TokenRole.Text, TokenRole.Text, TokenRole.Fact, TokenRole.FirstDigit, TokenRole.OtherDigit, TokenRole.OtherDigit,
            TokenRole.Template,
        ];
        AttentionTarget[] targets =
        [
            new(AttentionTargetKind.Bind, 9, [3]),
            new(AttentionTargetKind.Retrieve, 20, [3, 7]),
            new(AttentionTargetKind.Retrieve, 30, [11]),
        ];
        return new(
            [.. Enumerable.Range(0, sequences).Select(_ => new TrainingDocument(
                [.. Enumerable.Range(0, tokens + 1).Select(_ => random.Next(Config.VocabularySize))],
                [.. Enumerable.Range(0, tokens + 1).Select(i => roles[i % roles.Length])],
                targets,
                FactSpans: [3..5, 7..8],
                QuestionStart: 20))],
            layers,
            maskedLayers);
    }
}
