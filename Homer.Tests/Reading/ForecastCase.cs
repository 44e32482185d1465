using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

/// <summary>Everything that decides how much memory a model needs for a run.</summary>
internal sealed record ForecastCase(int Prefix, int Document, int Suffix, HomerOptions Options, bool Calibrated, int NewTokens, bool Continued)
{
    public CacheType CacheType { get; init; }

    /// <summary>How the context is continued; null where it is not. Some windows are so long that writing takes more memory than reading.</summary>
    public GenerationOptions? Generation =>
        Continued && NewTokens > 0 ? new() { MaxTokens = NewTokens, RepetitionWindow = NewTokens % 3 == 0 ? 200_000 : 64 } : null;

    /// <summary>Random runs of a model: both presets and switches between them, long and short affixes, documents up to dozens of chunks.</summary>
    public static Gen<ForecastCase> For(ModelConfig config) =>
        from affixes in Gen.Select(Gen.Int[0, 12], Gen.Frequency((3, Gen.Int[1, 12]), (1, Gen.Int[30, 60])))
        from room in Gen.Int[1, config.Window / 2]
        let chunk = affixes.Item1 + affixes.Item2 + room
        from document in Gen.Frequency((3, Gen.Int[0, 12 * room]), (1, Gen.Int[0, 40 * room]))
        from target in Gen.Select(Gen.Bool, Gen.Int[chunk - room, 2 * chunk])
        from preset in Gen.Select(Gen.Bool, Gen.Enum<Pruning>())
        from refinement in Gen.Frequency((4, Gen.Const(Refinement.Propagative)), (1, Gen.Const(Refinement.None)))
        from generated in Gen.Select(Gen.Int[0, 20], Gen.Bool, Gen.Bool)
        from type in Gen.Enum<CacheType>()
        select new ForecastCase(affixes.Item1, Math.Min(document, 8000), affixes.Item2, (preset.Item1 ? HomerOptions.Best : HomerOptions.Paper) with
        {
            Chunk = chunk,
            Target = target.Item1 ? target.Item2 : null,
            Pruning = preset.Item2,
            Refinement = refinement,
        }, generated.Item3, generated.Item1, generated.Item2) { CacheType = type };

    /// <summary>The request of a reading with these lengths.</summary>
    public ContextRequest Request(TransformerModel model) => new(model, Input(model.Config)) { NewTokens = NewTokens, CacheType = CacheType };

    /// <summary>An input of these lengths.</summary>
    public ContextInput Input(ModelConfig config)
    {
        var random = new Random(Document);
        return new(random.Below(Prefix, config.VocabularySize), random.Below(Document, config.VocabularySize), random.Below(Suffix, config.VocabularySize));
    }
}
