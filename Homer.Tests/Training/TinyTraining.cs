using Homer.Engine.Models;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Tests.Training;

/// <summary>A model of two or three small layers, and a micro-batch of random tokens of every role.</summary>
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

    public static IReadOnlyList<AttentionSupervision> Lessons { get; } = [new(GlanceKind.Bind, 0, 2), new(GlanceKind.Look, 2, 1)];

    public static MicroBatch Batch(int sequences, int tokens, int[] layers, int blind = 0)
    {
        var random = new Random(5);
        TokenRole[] roles = [TokenRole.Text, TokenRole.Text, TokenRole.Fact, TokenRole.KeyBegin, TokenRole.KeyRest, TokenRole.KeyRest, TokenRole.Frame];
        return new(
            [.. Enumerable.Range(0, sequences).Select(_ => new TrainingDocument(
                [.. Enumerable.Range(0, tokens + 1).Select(_ => random.Next(Config.VocabularySize))],
                [.. Enumerable.Range(0, tokens + 1).Select(i => roles[i % roles.Length])],
                [new(GlanceKind.Bind, 9, [3]), new(GlanceKind.Look, 20, [3, 7]), new(GlanceKind.Look, 30, [11])], [3..5, 7..8], 20))],
            layers, blind);
    }
}
