using System.CommandLine;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options of commands that merge: a preset, and single settings that go before it.</summary>
internal sealed class MergingOptions
{
    private const string None = "none";

    private readonly Option<string> preset;
    private readonly Option<int?> chunk = new("--chunk") { Description = "Longest chunk in tokens, affixes included [default: half the window]", HelpName = "N" };
    private readonly Option<int?> target = new("--target") { Description = "Length of the finished cache in tokens [default: the chunk]", HelpName = "N" };
    private readonly Option<int?> warmup = new("--warmup") { Description = "First layers that never merge [default: 12 of 32]", HelpName = "N" };
    private readonly Option<int?> initialChunk = new("--initial-chunk") { Description = "Longest leaf in tokens [default: the chunk]", HelpName = "N" };
    private readonly Option<bool?> fullLeaves = new("--full-leaves") { Description = "Fill leaves, instead of a power of two of equal ones" };
    private readonly Option<int?> overlap = new("--overlap") { Description = "Tokens before its own that a leaf reads, too, to understand a sentence cut in two", HelpName = "N" };
    private readonly Option<int?> rowsAtOnce = new("--rows-at-once") { Description = "Tokens up to which leaves run side by side; 0 takes the least memory [default: 1280 on a GPU, 0 on the CPU]", HelpName = "N" };
    private readonly Option<string?> bias = new("--bias") { Description = "Calibration table, or none [default: the model folder's own]", HelpName = "FILE" };
    private readonly Option<Pruning?> pruning = new("--pruning") { Description = "What decides which tokens survive" };
    private readonly Option<Refinement?> refinement = new("--refinement") { Description = "Whether lower layers are pruned too" };
    private readonly Option<int?> pooling = new("--pooling") { Description = "Odd number of tokens over which significance is pooled", HelpName = "W" };
    private readonly Option<bool?> accumulate = new("--accumulate") { Description = "Significance is the largest of all layers so far" };
    private readonly Option<int?> accumulateFrom = new("--accumulate-from") { Description = "First layer that counts towards it [default: the last warm-up layer]", HelpName = "N" };
    private readonly Option<bool?> reread = new("--reread") { Description = "Read the suffix once more over the finished cache" };
    private readonly Option<string?> ropeScaling = new("--rope-scaling") { Description = "How positions are scaled [default: the model's own way]" };
    private readonly Option<double> ropeFactor = new("--rope-factor") { Description = "How much longer the scaled window is", DefaultValueFactory = _ => 1, HelpName = "X" };
    private readonly Option<int?> ropeOriginal = new("--rope-original") { Description = "The window before scaling [default: the model's]", HelpName = "N" };
    private readonly Option<string?> cacheType = new("--cache-type") { Description = "How keys and values are stored [default: f32, or what --memory chooses]" };
    private readonly Option<int> seed;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="presetByDefault">paper or best.</param>
    /// <param name="sharedSeed">The command's seed, if it has one already.</param>
    public MergingOptions(Command command, string presetByDefault, Option<int>? sharedSeed = null)
    {
        preset = new("--preset") { Description = "paper: as published; best: accumulated and pooled significance, suffix re-read, overlapping leaves", DefaultValueFactory = _ => presetByDefault };
        preset.AcceptOnlyFromAmong("paper", "best");
        ropeScaling.AcceptOnlyFromAmong("none", "linear", "ntk", "dynamic", "yarn", "llama3");
        cacheType.AcceptOnlyFromAmong("f32", "f16");
        seed = sharedSeed ?? new("--seed") { Description = "Fixes random pruning", HelpName = "N" };
        foreach (Option option in new Option[]
        {
            preset, chunk, target, warmup, initialChunk, fullLeaves, overlap, rowsAtOnce, bias, pruning, refinement, pooling, accumulate, accumulateFrom, reread, ropeScaling, ropeFactor, ropeOriginal, cacheType,
        })
        {
            command.Add(option);
        }

        if (sharedSeed is null)
            command.Add(seed);
    }

    /// <summary>The calibration table asked for; null for the model folder's own.</summary>
    public string? CalibrationPath(ParseResult parsed) => parsed.GetValue(bias) is { } path and not None ? path : null;

    /// <summary>Whether calibration was declined.</summary>
    public bool WithoutCalibration(ParseResult parsed) => parsed.GetValue(bias) == None;

    public HomerOptions Read(ParseResult parsed, ModelConfig config)
    {
        HomerOptions start = parsed.GetValue(preset) == "best" ? HomerOptions.Best : HomerOptions.Paper;
        return start with
        {
            Chunk = parsed.GetValue(chunk),
            Target = parsed.GetValue(target),
            Warmup = parsed.GetValue(warmup) ?? start.Warmup,
            InitialChunk = parsed.GetValue(initialChunk),
            FullLeaves = parsed.GetValue(fullLeaves) ?? start.FullLeaves,
            Overlap = parsed.GetValue(overlap) ?? start.Overlap,
            RowsAtOnce = parsed.GetValue(rowsAtOnce),
            Pruning = parsed.GetValue(pruning) ?? start.Pruning,
            Refinement = parsed.GetValue(refinement) ?? start.Refinement,
            Pooling = parsed.GetValue(pooling) ?? start.Pooling,
            Accumulate = parsed.GetValue(accumulate) ?? start.Accumulate,
            AccumulateFrom = parsed.GetValue(accumulateFrom),
            RereadSuffix = parsed.GetValue(reread) ?? start.RereadSuffix,
            RopeScaling = parsed.GetValue(ropeScaling) is { } type
                ? RopeScaling.Create(type, parsed.GetValue(ropeFactor), parsed.GetValue(ropeOriginal) ?? config.Window)
                : null,
            CacheType = parsed.GetValue(cacheType) switch { "f32" => CacheType.Float32, "f16" => CacheType.Float16, _ => null },
            Seed = parsed.GetValue(seed),
        };
    }
}
