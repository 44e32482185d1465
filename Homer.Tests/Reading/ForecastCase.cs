using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

/// <summary>The lengths and settings that decide how much memory a model needs for a run.</summary>
internal sealed record ForecastCase(
    int Prefix, int Document, int Suffix, HomerOptions Options, bool Calibrated, int NewTokens, bool Continued)
{
    public CacheType CacheType { get; init; }

    /// <summary>
    /// The settings of the continuation; null where the context is not continued. Some repetition windows are so long that the continuation
    /// takes more memory than the reading.
    /// </summary>
    public GenerationOptions? Generation =>
        Continued && NewTokens > 0 ? new() { MaxTokens = NewTokens, RepetitionWindow = NewTokens % 3 == 0 ? 200_000 : 64 } : null;

    /// <summary>Returns random cases for a model: both presets, long and short affixes, documents up to dozens of chunks.</summary>
    public static Gen<ForecastCase> For(ModelConfig config) =>
        from affixes in Gen.Select(Gen.Int[0, 12], Gen.Frequency((3, Gen.Int[1, 12]), (1, Gen.Int[30, 60])))
        from room in Gen.Int[1, config.Window / 2]
        let chunk = affixes.Item1 + affixes.Item2 + room
        from document in Gen.Frequency((3, Gen.Int[0, 12 * room]), (1, Gen.Int[0, 40 * room]))
        from target in Gen.Select(Gen.Bool, Gen.Int[chunk - room, 2 * chunk])
        from preset in Gen.Select(Gen.Bool, Gen.Enum<Pruning>())
        from refinement in Gen.Frequency((4, Gen.Const(Refinement.Propagative)), (1, Gen.Const(Refinement.None)))
        from generated in Gen.Select(Gen.Int[0, 20], Gen.Bool, Gen.Bool)
        from recompute in Gen.Bool
        from type in Gen.Enum<CacheType>()
        let options = (preset.Item1 ? HomerOptions.Best : HomerOptions.Paper) with
        {
            Chunk = chunk,
            Target = target.Item1 ? target.Item2 : null,
            Pruning = preset.Item2,
            Refinement = refinement,
            Recompute = recompute,
        }
        select new ForecastCase(
            affixes.Item1, Math.Min(document, 8000), affixes.Item2, options, generated.Item3, generated.Item1, generated.Item2)
        {
            CacheType = type,
        };

    /// <summary>Returns the request of a reading with these lengths.</summary>
    public ContextRequest Request(TransformerModel model) =>
        new(model, Input(model.Config)) { NewTokens = NewTokens, CacheType = CacheType };

    /// <summary>Returns a random input of these lengths.</summary>
    public ContextInput Input(ModelConfig config)
    {
        var random = new Random(Document);
        int limit = config.VocabularySize;
        return new(random.Below(Prefix, limit), random.Below(Document, limit), random.Below(Suffix, limit));
    }
}
