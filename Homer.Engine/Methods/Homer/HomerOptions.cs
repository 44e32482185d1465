using System.ComponentModel;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Engine.Methods.Homer;

/// <summary>The settings of hierarchical context merging; null where the default depends on the model.</summary>
public sealed record HomerOptions
{
    private const int LateChunk = 2048, LateLayers = 16;

    /// <summary>The settings of the published method.</summary>
    public static HomerOptions Paper { get; } = new();

    /// <summary>
    /// The settings that retrieve best: significance is accumulated and pooled over five tokens, leaves overlap, and the suffix is read
    /// again.
    /// </summary>
    public static HomerOptions Best { get; } = new() { Accumulate = true, Pooling = 5, RereadSuffix = true, Overlap = 16 };

    /// <summary>
    /// The settings that retrieve best with models that were not trained to merge, as those with a chat template: <see cref="Best"/> with
    /// <see cref="LateMerging"/>.
    /// </summary>
    public static HomerOptions Instruct { get; } = Best with { LateMerging = true };

    /// <summary>
    /// The longest chunk in tokens, affixes included; default half the window times the position scaling's factor, and at most 2,048 with
    /// <see cref="LateMerging"/>.
    /// </summary>
    [Description("longest chunk in tokens, affixes included (half the window)")]
    public int? Chunk { get; init; }

    /// <summary>The length of the finished cache in tokens; default <see cref="Chunk"/>.</summary>
    [Description("length of the finished cache in tokens (the chunk)")]
    public int? Target { get; init; }

    /// <summary>
    /// The number of first layers that never merge; default 12 of 32 in proportion, and 3 of 5 with <see cref="LateMerging"/>.
    /// </summary>
    [Description("first layers that never merge (12 of 32)")]
    public int? Warmup { get; init; }

    /// <summary>
    /// Whether the defaults of <see cref="Chunk"/> and <see cref="Warmup"/> are those for models that were not trained to merge: they know
    /// later which tokens matter, and look back less far.
    /// </summary>
    [MethodSettingName("late")]
    [Description("short chunks that merge late, for models that were not trained to merge (false)")]
    public bool LateMerging { get; init; }

    /// <summary>The longest leaf in tokens, affixes included; default <see cref="Chunk"/>.</summary>
    [Description("longest leaf in tokens, affixes included (the chunk)")]
    public int? InitialChunk { get; init; }

    /// <summary>
    /// Whether all leaves but the last are full, instead of a power of two of equal leaves. A document that grows then changes its last
    /// leaf alone.
    /// </summary>
    [Description("fill leaves, instead of a power of two of equal ones (false)")]
    public bool FullLeaves { get; init; }

    /// <summary>
    /// The number of tokens before its own slice of the document that a leaf reads too, and drops before it reads the suffix. A leaf then
    /// understands a sentence that begins in the leaf before it. The overlap takes at most 1/4 of a leaf; a single leaf has none.
    /// </summary>
    [Description("tokens before its own that a leaf reads as well (0)")]
    public int Overlap { get; init; }

    /// <summary>
    /// The number of tokens up to which leaves run side by side, because matrix products of few rows leave a large GPU idle. 0 runs leaves
    /// one after another, which takes the least memory; default the device's need (<see cref="ComputeDevice.RowsAtOnce"/>).
    /// </summary>
    [Description("tokens up to which leaves run side by side (the device's need)")]
    public int? RowsAtOnce { get; init; }

    /// <summary>The criterion of survival.</summary>
    [Description("what decides which tokens survive (calibrated)")]
    public Pruning Pruning { get; init; } = Pruning.Calibrated;

    /// <summary>Whether lower layers are pruned as well.</summary>
    [Description("whether lower layers are pruned as well (propagative)")]
    public Refinement Refinement { get; init; } = Refinement.Propagative;

    /// <summary>The odd width of the window over which significance is pooled; 1 for no pooling.</summary>
    [Description("odd number of tokens over which significance is pooled (1)")]
    public int Pooling { get; init; } = 1;

    /// <summary>Whether a token's significance is its largest of all layers so far, in units of each layer's usual deviation.</summary>
    [Description("significance is the largest of all layers so far (false)")]
    public bool Accumulate { get; init; }

    /// <summary>The first layer that counts towards accumulated significance; default the last warm-up layer.</summary>
    [Description("first layer that counts towards it (the last warm-up layer)")]
    public int? AccumulateFrom { get; init; }

    /// <summary>Whether the suffix is read once more over the finished cache.</summary>
    [MethodSettingName("reread")]
    [Description("read the suffix once more over the finished cache (false)")]
    public bool RereadSuffix { get; init; }

    /// <summary>
    /// Whether the finished cache is made anew: prefix, surviving document tokens and suffix are read once more as ordinary text, through
    /// all layers and at consecutive positions. What a token's upper layers saw of its own leaf alone is then seen of all survivors.
    /// </summary>
    [Description("read all survivors once more as ordinary text (false)")]
    public bool Recompute { get; init; }

    /// <summary>The seed of random pruning.</summary>
    [Description("seed of random pruning (0)")]
    public int Seed { get; init; }

    /// <summary>Fills in every default.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="scaling">The position scaling to read with; null for the model's own.</param>
    /// <exception cref="HomerException">A setting is impossible for the model.</exception>
    public ResolvedHomerOptions Resolve(ModelConfig config, RopeScaling? scaling = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        int half = Math.Max(1, (int)(config.Window / 2 * config.WindowFactor(scaling ?? config.RopeScaling)));
        int chunk = Chunk ?? (LateMerging ? Math.Min(half, LateChunk) : half);
        // A model of few layers needs them to merge in.
        int warmup = Warmup ?? (LateMerging && config.Layers >= LateLayers ? config.Layers * 3 / 5 : config.Layers * 12 / 32);
        int accumulateFrom = AccumulateFrom ?? Math.Max(0, warmup - 1);
        Require(chunk >= 1, $"the chunk must be at least 1 token, not {chunk}");
        Require(Target is null or >= 1, $"the target must be at least 1 token, not {Target}");
        Require(
            InitialChunk is null || (InitialChunk >= 1 && InitialChunk <= chunk),
            $"the initial chunk must be between 1 and the chunk's {chunk} tokens, not {InitialChunk}");
        Require(
            warmup >= 0 && warmup < config.Layers,
            $"the model has {config.Layers} layers, so warm-up must be between 0 and {config.Layers - 1}, not {warmup}");
        Require(Overlap >= 0, $"the overlap cannot be {Overlap} tokens");
        Require(RowsAtOnce is null or >= 0, $"leaves cannot run {RowsAtOnce} tokens at once");
        Require(Pooling >= 1 && Pooling % 2 == 1, $"pooling must be an odd number of tokens, not {Pooling}");
        Require(
            accumulateFrom >= 0 && accumulateFrom < config.Layers,
            $"accumulation must begin between layers 0 and {config.Layers - 1}, not {accumulateFrom}");
        return new()
        {
            Chunk = chunk,
            Target = Target ?? chunk,
            Warmup = warmup,
            InitialChunk = InitialChunk ?? chunk,
            FullLeaves = FullLeaves,
            Overlap = Overlap,
            RowsAtOnce = RowsAtOnce ?? 0,
            Pruning = Pruning,
            Refinement = Refinement,
            Pooling = Pooling,
            Accumulate = Accumulate,
            AccumulateFrom = accumulateFrom,
            RereadSuffix = RereadSuffix,
            Recompute = Recompute,
            Seed = Seed,
        };
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new MethodSettingException($"Impossible HOMER settings: {otherwise}.");
    }
}
