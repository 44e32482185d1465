using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>A stretch of the training whose documents have one length.</summary>
/// <param name="Until">The share of all steps at which it ends.</param>
/// <param name="Tokens">Tokens of a document.</param>
internal sealed record Stage(double Until, int Tokens);

/// <summary>Everything that decides what comes out, but for the number of threads: their sums are rounded in another order.</summary>
internal sealed record Recipe
{
    public int Seed { get; init; } = 7;

    /// <summary>Steps, but for <see cref="EndingSteps"/> and <see cref="LateSteps"/>.</summary>
    public int Steps { get; init; } = 3600;

    /// <summary>
    /// Steps after these, on the longest documents, that teach how to end: after the last answer the sequence ends, and after any other the next
    /// question begins.
    /// </summary>
    public int EndingSteps { get; init; } = 300;

    /// <summary>
    /// Steps at the end, that teach upper layers to find what lower ones could not: every other micro-batch goes through first layers, five or more, in which
    /// questions do not see what is told. It is so in most leaves of a tree, and what the question made of them is averaged before it sees the answer.
    /// And questions keep the answer before it is begun, for those who ask and wait.
    /// </summary>
    public int LateSteps { get; init; } = 900;

    /// <summary>All steps.</summary>
    public int AllSteps => Steps + EndingSteps + LateSteps;

    /// <summary>Tokens that a step learns from.</summary>
    public int TokensPerStep { get; init; } = 6144;

    /// <summary>Tokens of a micro-batch, which goes through the same layers; no document is longer.</summary>
    public int TokensTogether { get; init; } = 512;

    /// <summary>Short documents first: what is bound to what is learned sooner where there is little else.</summary>
    public IReadOnlyList<Stage> Stages { get; init; } = [new(0.3, 128), new(0.7, 256), new(1, 512)];

    public double LearningRate { get; init; } = 3e-3;

    public int WarmupSteps { get; init; } = 200;

    /// <summary>The share of the steps after which the learning rate falls.</summary>
    public double DecayFrom { get; init; } = 0.6;

    /// <summary>What is left of the learning rate at the end.</summary>
    public double LastLearningRate { get; init; } = 0.02;

    /// <summary>The learning rate with which <see cref="EndingSteps"/> begin; it falls to nothing.</summary>
    public double EndingLearningRate { get; init; } = 5e-4;

    /// <summary>The same for <see cref="LateSteps"/>.</summary>
    public double LateLearningRate { get; init; } = 1e-3;

    public double WeightDecay { get; init; } = 0.02;

    public double ClipNorm { get; init; } = 1;

    /// <summary>The first layers, which are never dropped.</summary>
    public int KeptLayers { get; init; } = 3;

    /// <summary>The probability with which each of the other layers is dropped, where they are dropped one by one.</summary>
    public double Drop { get; init; } = 0.35;

    /// <summary>The share of the steps after which layers are dropped.</summary>
    public double DropFrom { get; init; } = 0.15;

    /// <summary>
    /// The layers that are taught what to attend to: all from the fourth on keep the answer, as nodes may be pruned by any of them. With the usual
    /// warm-up of a third of the layers leaves run five layers or more, so that the fourth and the fifth decide about every token.
    /// </summary>
    public IReadOnlyList<AttentionSupervision> Lessons { get; init; } =
    [
        new(GlanceKind.Bind, 0, 2), new(GlanceKind.Look, 2, 2), new(GlanceKind.Keep, 3, 1), new(GlanceKind.Keep, 4, 1),
        .. Enumerable.Range(5, 7).Select(layer => new AttentionSupervision(GlanceKind.Keep, layer, 0.5f)),
    ];

    /// <summary>Heads that predict later digits of a pass key.</summary>
    public int Ahead { get; init; } = 4;

    /// <summary>The fewest layers of a leaf.</summary>
    public int LeafLayers { get; init; } = 5;

    /// <summary>Whether a step teaches upper layers to find what lower ones could not.</summary>
    public bool IsLate(int step) => step >= Steps + EndingSteps;

    /// <summary>The stage of a step.</summary>
    public Stage StageOf(int step) => Stages.First(stage => step < stage.Until * Steps || stage == Stages[^1]);

    /// <summary>The learning rate of a step: rising, level, then falling in a straight line; and falling twice more.</summary>
    public double LearningRateOf(int step) =>
        IsLate(step) ? LateLearningRate * (AllSteps - step) / LateSteps
        : step >= Steps ? EndingLearningRate * (Steps + EndingSteps - step) / EndingSteps
        : LearningRate * Math.Min(1, (step + 1.0) / WarmupSteps)
        * (step < DecayFrom * Steps ? 1 : Math.Max(LastLearningRate, (Steps - step) / ((1 - DecayFrom) * Steps)));
}
