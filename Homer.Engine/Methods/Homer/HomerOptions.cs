using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer;

/// <summary>What decides which context tokens survive a pruning.</summary>
public enum Pruning
{
    /// <summary>The last token's attention logit, less what is usual at its distance (the calibration table).</summary>
    Calibrated,

    /// <summary>The last token's attention logit as it is.</summary>
    Attention,

    /// <summary>Chance, for comparison.</summary>
    Random,
}

/// <summary>What happens to pruned tokens in the layers below the pruning.</summary>
public enum Refinement
{
    /// <summary>They go from every layer, so that all layers hold the same tokens.</summary>
    Propagative,

    /// <summary>They stay, so that lower layers hold more tokens, and memory grows with the document.</summary>
    None,
}

/// <summary>The settings of hierarchical context merging; null where the default depends on the model.</summary>
public sealed record HomerOptions
{
    /// <summary>The published method, to the letter.</summary>
    public static HomerOptions Paper { get; } = new();

    /// <summary>The switches that retrieve best: accumulated significance, pooled over five tokens, a second reading of the suffix, and leaves that overlap by a sentence.</summary>
    public static HomerOptions Best { get; } = new() { Accumulate = true, Pooling = 5, RereadSuffix = true, Overlap = 16 };

    /// <summary>The longest chunk in tokens, affixes included; default half the window times the position scaling's factor.</summary>
    public int? Chunk { get; init; }

    /// <summary>The length of the finished cache in tokens; default <see cref="Chunk"/>.</summary>
    public int? Target { get; init; }

    /// <summary>The first layers, which never merge; default 12 of 32 in proportion, or less where a short model needs layers to merge in.</summary>
    public int? Warmup { get; init; }

    /// <summary>The longest leaf in tokens, affixes included; default <see cref="Chunk"/>.</summary>
    public int? InitialChunk { get; init; }

    /// <summary>
    /// Whether leaves are filled and only the last one is shorter, instead of a power of two of equal leaves: then a document that grows changes
    /// its last leaf alone.
    /// </summary>
    public bool FullLeaves { get; init; }

    /// <summary>
    /// Tokens before its slice of the context that a leaf reads as well, and forgets before it meets the suffix: so a sentence that is cut in two is
    /// understood by the leaf that reads its end. At most a quarter of a leaf's room for context is taken by it, and none where one leaf reads everything.
    /// </summary>
    public int Overlap { get; init; }

    /// <summary>
    /// Leaves run side by side, suffix and all, as long as they have no more tokens together than this: a large GPU is idle for the most part where products have few rows. 0 for one after another, which
    /// takes the least memory; default what the device needs (<see cref="ComputeDevice.RowsAtOnce"/>).
    /// </summary>
    public int? RowsAtOnce { get; init; }

    /// <summary>What decides who survives.</summary>
    public Pruning Pruning { get; init; } = Pruning.Calibrated;

    /// <summary>Whether lower layers are pruned too.</summary>
    public Refinement Refinement { get; init; } = Refinement.Propagative;

    /// <summary>Odd width of the window over which significance is pooled; 1 for none.</summary>
    public int Pooling { get; init; } = 1;

    /// <summary>Whether a token's significance is the largest of all layers so far, each in units of its usual deviation.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The first layer that counts towards accumulated significance; default the last warm-up layer.</summary>
    public int? AccumulateFrom { get; init; }

    /// <summary>Whether the suffix is read once more over the finished cache.</summary>
    public bool RereadSuffix { get; init; }

    /// <summary>How positions are scaled; default the model's own way.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>How keys and values are stored; default 32 bits, or what a <see cref="MemoryBudget"/> chooses.</summary>
    public CacheType? CacheType { get; init; }

    /// <summary>The seed of random pruning.</summary>
    public int Seed { get; init; }

    /// <summary>Whether chunks run through all layers alone and are joined at the end; see <see cref="IndependentChunksMethod"/>.</summary>
    internal bool Independent { get; init; }

    /// <summary>The settings with every default filled in.</summary>
    /// <exception cref="HomerException">A setting is impossible for the model.</exception>
    public ResolvedHomerOptions Resolve(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        RopeScaling scaling = RopeScaling ?? config.RopeScaling;
        int chunk = Chunk ?? Math.Max(1, (int)(config.Window / 2 * config.WindowFactor(scaling)));
        int warmup = Warmup ?? config.Layers * 12 / 32;
        Require(chunk >= 1, $"the chunk must be at least 1 token, not {chunk}");
        Require(Target is null or >= 1, $"the target must be at least 1 token, not {Target}");
        Require(InitialChunk is null || (InitialChunk >= 1 && InitialChunk <= chunk), $"the initial chunk must be between 1 and the chunk's {chunk} tokens, not {InitialChunk}");
        Require(warmup >= 0 && warmup < config.Layers, $"the model has {config.Layers} layers, so warm-up must be between 0 and {config.Layers - 1}, not {warmup}");
        Require(Overlap >= 0, $"the overlap cannot be {Overlap} tokens");
        Require(RowsAtOnce is null or >= 0, $"leaves cannot run {RowsAtOnce} tokens at once");
        Require(Pooling >= 1 && Pooling % 2 == 1, $"pooling must be an odd number of tokens, not {Pooling}");
        int accumulateFrom = AccumulateFrom ?? Math.Max(0, warmup - 1);
        Require(accumulateFrom >= 0 && accumulateFrom < config.Layers, $"accumulation must begin between layers 0 and {config.Layers - 1}, not {accumulateFrom}");
        return new(
            chunk, Target ?? chunk, warmup, InitialChunk ?? chunk, FullLeaves, Overlap, RowsAtOnce ?? 0, Pruning, Refinement, Pooling, Accumulate, accumulateFrom, RereadSuffix, scaling,
            CacheType ?? default, Seed, Independent);
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new HomerException($"Impossible HOMER settings: {otherwise}.");
    }
}

/// <summary>The settings of hierarchical context merging with nothing left open; see <see cref="HomerOptions"/>.</summary>
public sealed record ResolvedHomerOptions(
    int Chunk, int Target, int Warmup, int InitialChunk, bool FullLeaves, int Overlap, int RowsAtOnce, Pruning Pruning, Refinement Refinement, int Pooling, bool Accumulate, int AccumulateFrom,
    bool RereadSuffix, RopeScaling RopeScaling, CacheType CacheType, int Seed, bool Independent);
