using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>A part of the training whose documents have one length.</summary>
/// <param name="Until">The share of <see cref="Recipe.Steps"/> at which it ends.</param>
/// <param name="Tokens">The number of tokens in a document.</param>
internal sealed record CurriculumStage(double Until, int Tokens);

/// <summary>
/// All settings of a training. Together with the number of threads, which changes the order in which sums are rounded, they determine the
/// result.
/// </summary>
internal sealed record Recipe
{
    public int Seed { get; init; } = 7;

    /// <summary>The number of steps of the main phase, before <see cref="EndingSteps"/> and <see cref="MaskedSteps"/>.</summary>
    public int Steps { get; init; } = 3600;

    /// <summary>
    /// The number of steps of the second phase, on the longest documents. It teaches how to end: after the last answer the sequence ends,
    /// and after any other answer the next question begins.
    /// </summary>
    public int EndingSteps { get; init; } = 300;

    /// <summary>
    /// The number of steps of the last phase. It teaches upper layers to find what lower layers could not: in every other micro-batch,
    /// questions do not see the sentences that state facts in the first <see cref="LeafLayers"/> layers or more. HOMER's tree is like that:
    /// most leaves do not contain the answer, and the suffixes of all leaves are averaged before they see it. Bare questions also learn to
    /// attend to the answer.
    /// </summary>
    public int MaskedSteps { get; init; } = 900;

    /// <summary>The number of steps of all phases.</summary>
    public int AllSteps => Steps + EndingSteps + MaskedSteps;

    /// <summary>The number of tokens that a step learns from.</summary>
    public int TokensPerStep { get; init; } = 6144;

    /// <summary>The number of tokens of a micro-batch, which goes through the same layers. No document is longer.</summary>
    public int TokensPerMicroBatch { get; init; } = 512;

    /// <summary>The lengths of documents. Short ones come first, because the model learns sooner which words belong together.</summary>
    public IReadOnlyList<CurriculumStage> Curriculum { get; init; } = [new(0.3, 128), new(0.7, 256), new(1, 512)];

    public double LearningRate { get; init; } = 3e-3;

    public int WarmupSteps { get; init; } = 200;

    /// <summary>The share of <see cref="Steps"/> after which the learning rate decays.</summary>
    public double DecayStart { get; init; } = 0.6;

    /// <summary>The share of the learning rate that remains at the end of the main phase.</summary>
    public double FinalLearningRateShare { get; init; } = 0.02;

    /// <summary>The learning rate at the beginning of the second phase, in which it decays to zero.</summary>
    public double EndingLearningRate { get; init; } = 5e-4;

    /// <summary>The learning rate at the beginning of the last phase, in which it decays to zero.</summary>
    public double MaskedLearningRate { get; init; } = 1e-3;

    public double WeightDecay { get; init; } = 0.02;

    /// <summary>The largest L2 norm of a gradient; longer gradients are clipped to it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The number of first layers that LayerDrop never drops.</summary>
    public int KeptLayers { get; init; } = 3;

    /// <summary>The probability with which LayerDrop drops each other layer, if layers are dropped one by one.</summary>
    public double LayerDropProbability { get; init; } = 0.35;

    /// <summary>The share of <see cref="Steps"/> after which layers are dropped.</summary>
    public double LayerDropStart { get; init; } = 0.15;

    /// <summary>
    /// The supervision of the layers' attention. All layers from the fourth on learn to attend to the whole answer, because nodes may be
    /// pruned by any of them: with the usual warm-up of a third of the layers, leaves run five layers or more, so that the fourth and the
    /// fifth layer decide about every token.
    /// </summary>
    public IReadOnlyList<AttentionSupervision> Supervisions { get; init; } =
    [
        new(AttentionTargetKind.Bind, 0, 2),
        new(AttentionTargetKind.Retrieve, 2, 2),
        new(AttentionTargetKind.Retain, 3, 1),
        new(AttentionTargetKind.Retain, 4, 1),
        .. Enumerable.Range(5, 7).Select(layer => new AttentionSupervision(AttentionTargetKind.Retain, layer, 0.5f)),
    ];

    /// <summary>The number of extra heads that predict the later digits of a pass key.</summary>
    public int ExtraHeads { get; init; } = 4;

    /// <summary>The smallest number of layers that a leaf runs in HOMER's tree.</summary>
    public int LeafLayers { get; init; } = 5;

    /// <summary>Returns true if a step belongs to the last phase, <see cref="MaskedSteps"/>.</summary>
    public bool IsMasked(int step) => step >= Steps + EndingSteps;

    /// <summary>Returns the stage of a step.</summary>
    public CurriculumStage StageOf(int step) => Curriculum.First(stage => step < stage.Until * Steps || stage == Curriculum[^1]);

    /// <summary>
    /// Returns the learning rate of a step: warm-up, constant, then linear decay; and linear decay in each further phase.
    /// </summary>
    public double LearningRateOf(int step) =>
        IsMasked(step) ? MaskedLearningRate * (AllSteps - step) / MaskedSteps
        : step >= Steps ? EndingLearningRate * (Steps + EndingSteps - step) / EndingSteps
        : LearningRate * Math.Min(1, (step + 1.0) / WarmupSteps)
        * (step < DecayStart * Steps ? 1 : Math.Max(FinalLearningRateShare, (Steps - step) / ((1 - DecayStart) * Steps)));
}
