using CsCheck;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;

namespace Homer.Tests.Methods.Homer.Plan;

/// <summary>The lengths, layers and settings that decide a plan.</summary>
internal sealed record PlanCase(int Prefix, int Context, int Suffix, int Layers, HomerOptions Options)
{
    /// <summary>Random cases, most of which can be planned: short and long documents, short and long chunks.</summary>
    public static Gen<PlanCase> Any { get; } =
        from affixes in Gen.Select(Gen.Int[0, 8], Gen.Int[1, 8])
        from layers in Gen.Select(Gen.Int[2, 40], Gen.Int[0, 40])
        from chunk in Gen.Frequency((1, Gen.Int[1, 20]), (3, Gen.Int[17, 100]), (3, Gen.Int[100, 4096]))
        from context in Gen.Frequency((3, Gen.Int[0, 10 * chunk]), (1, Gen.Int[0, 100_000]))
        from target in Gen.Select(Gen.Bool, Gen.Int[1, 2 * chunk])
        from initial in Gen.Select(Gen.Bool, Gen.Int[1, chunk])
        from refinement in Gen.Enum<Refinement>()
        from overlap in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[0, chunk]))
        from rows in Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[chunk, 40 * chunk]))
        select new PlanCase(affixes.Item1, context, affixes.Item2, layers.Item1, new()
        {
            Chunk = chunk,
            Target = target.Item1 ? target.Item2 : null,
            InitialChunk = initial.Item1 ? initial.Item2 : null,
            Warmup = layers.Item2 % (layers.Item1 + 1),
            Refinement = refinement,
            Overlap = overlap,
            RowsAtOnce = rows,
        });

    public int Affixes => Prefix + Suffix;

    private ModelConfig Config => new()
    {
        Layers = Layers,
        HiddenSize = 8,
        IntermediateSize = 8,
        Heads = 1,
        KvHeads = 1,
        HeadDim = 8,
        VocabularySize = 8,
        Window = 512,
    };

    public ResolvedHomerOptions Resolved => Options.Resolve(Config);

    public MergePlan Plan() => MergePlan.Create(Resolved, Prefix, Context, Suffix, Config);

    /// <summary>Returns the plan; null if Homer refuses the case.</summary>
    public MergePlan? TryPlan()
    {
        try
        {
            return Plan();
        }
        catch (HomerException)
        {
            return null;
        }
    }
}
