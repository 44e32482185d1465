using CsCheck;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Tests.Methods.Homer.Plan;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

/// <summary>An input for the golden model <c>random-gqa</c>, settings, and a calibration table that may be missing.</summary>
internal sealed record RunCase(int Prefix, int Context, int Suffix, HomerOptions Options, bool Calibrated)
{
    public CacheType CacheType { get; init; }

    private const int Vocabulary = 64;
    private const int Layers = 6;
    private const int Distances = 512;

    private static readonly CalibrationTable Table = new(
        Layers, Distances, new Random(1).Normal(Layers * Distances), [.. new Random(2).Normal(Layers).Select(x => 0.5f + Math.Abs(x))]);

    /// <summary>Random cases that can be planned.</summary>
    public static Gen<RunCase> Any { get; } =
        (from lengths in Gen.Select(Gen.Int[0, 4], Gen.Int[0, 250], Gen.Int[1, 4])
         from chunk in Gen.Int[6, 60]
         from target in Gen.Select(Gen.Bool, Gen.Int[5, 80])
         from initial in Gen.Select(Gen.Bool, Gen.Int[6, chunk])
         from warmup in Gen.Int[0, 5]
         from pruning in Gen.Enum<Pruning>()
         from refinement in Gen.Enum<Refinement>()
         from switches in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int)
         from full in Gen.Bool
         from overlap in Gen.Frequency((1, Gen.Const(0)), (1, Gen.Int[0, chunk / 2]))
         from rows in Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[chunk, 8 * chunk]))
         from recompute in Gen.Bool
         from type in Gen.Enum<CacheType>()
         select new RunCase(lengths.Item1, lengths.Item2, lengths.Item3, new()
         {
             Chunk = chunk,
             Target = target.Item1 ? target.Item2 : null,
             InitialChunk = initial.Item1 ? initial.Item2 : null,
             Warmup = warmup,
             FullLeaves = full,
             Overlap = overlap,
             RowsAtOnce = rows,
             Pruning = pruning,
             Refinement = refinement,
             Accumulate = switches.Item1,
             RereadSuffix = switches.Item2,
             Recompute = recompute,
             Pooling = 1 + (2 * switches.Item4),
             Seed = switches.Item5,
         }, switches.Item3)
         { CacheType = type }).Where(given => given.IsPlannable);

    public ContextInput Input => new(
        new Random(3).Below(Prefix, Vocabulary), new Random(4).Below(Context, Vocabulary), new Random(5).Below(Suffix, Vocabulary));

    public CalibrationTable? Calibration => Calibrated ? Table : null;

    public int Length => Prefix + Context + Suffix;

    /// <summary>The method with the settings and the table of the case.</summary>
    public HomerMethod Method => (HomerMethod)new HomerMethod(Options).WithCalibration(Calibration);

    public MergePlan Plan(TransformerModel model) => Method.PlanMerging(Request(model)).Plan;

    public ContextRequest Request(TransformerModel model) => new(model, Input) { CacheType = CacheType };

    public KvContext Read(
        TransformerModel model, int newTokens = 0, Action<double>? progress = null, CancellationToken cancellation = default) =>
        Method.Read(Request(model) with { NewTokens = newTokens, Progress = progress, Cancellation = cancellation });

    public bool IsPlannable => new PlanCase(Prefix, Context, Suffix, Layers, Options).TryPlan() is not null;
}
