using System.CommandLine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options of commands that merge: a preset, and single settings that go before it.</summary>
internal sealed class MergingOptions
{
    private const string None = "none";

    private readonly Option<string> preset;
    private readonly Option<int?> chunk = new("--chunk") { Description = "Longest chunk in tokens, prefix and suffix included [default: half the window]", HelpName = "N" };
    private readonly Option<int?> target = new("--target") { Description = "Length of the finished cache in tokens [default: as --chunk]", HelpName = "N" };
    private readonly Option<int?> warmup = new("--warmup") { Description = "Number of first layers that never merge [default: 3/8 of the layers]", HelpName = "N" };
    private readonly Option<int?> initialChunk = new("--initial-chunk") { Description = "Longest leaf in tokens, prefix and suffix included [default: as --chunk]", HelpName = "N" };
    private readonly Option<bool?> fullLeaves = new("--full-leaves") { Description = "Fill every leaf but the last, instead of cutting the document into 2^n equal leaves [default: false]" };
    private readonly Option<int?> overlap = new("--overlap") { Description = "Tokens that a leaf reads of the leaf before it, for sentences that are cut in two [default: best 16, paper 0]", HelpName = "N" };
    private readonly Option<int?> rowsAtOnce = new("--rows-at-once") { Description = "Most tokens of leaves that run side by side; 0 takes the least memory [default: 1280 on a GPU, 0 on the CPU]", HelpName = "N" };
    private readonly Option<string?> bias = new("--bias") { Description = "Calibration table, or none [default: the model folder's]", HelpName = "FILE" };
    private readonly Option<Pruning?> pruning = new("--pruning") { Description = "Criterion of the tokens that survive: attention, calibrated attention, or chance [default: calibrated]" };
    private readonly Option<Refinement?> refinement = new("--refinement") { Description = "Pruning of the layers below as well (propagative), or not (none) [default: propagative]" };
    private readonly Option<int?> pooling = new("--pooling") { Description = "Odd number of tokens over which significance is pooled [default: best 5, paper 1]", HelpName = "W" };
    private readonly Option<bool?> accumulate = new("--accumulate") { Description = "Take the largest significance of all layers so far [default: best true, paper false]" };
    private readonly Option<int?> accumulateFrom = new("--accumulate-from") { Description = "First layer that --accumulate takes into account [default: the last warm-up layer]", HelpName = "N" };
    private readonly Option<bool?> reread = new("--reread") { Description = "Process the suffix once more over the finished cache [default: best true, paper false]" };
    private readonly Option<string?> ropeScaling = new("--rope-scaling") { Description = "Scaling of positions [default: the model's]" };
    private readonly Option<double> ropeFactor = new("--rope-factor") { Description = "Factor by which --rope-scaling extends the window", DefaultValueFactory = _ => 1, HelpName = "X" };
    private readonly Option<int?> ropeOriginal = new("--rope-original") { Description = "Window before scaling, in tokens [default: the model's]", HelpName = "N" };
    private readonly Option<string?> cacheType = new("--cache-type") { Description = "Element type of keys and values [default: f32, or what --memory chooses]" };
    private readonly Option<int> seed;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="presetByDefault">paper or best.</param>
    /// <param name="sharedSeed">The command's seed, if it has one already.</param>
    public MergingOptions(Command command, string presetByDefault, Option<int>? sharedSeed = null)
    {
        preset = new("--preset") { Description = "Set of defaults: paper, as published, or best, which sets --accumulate, --pooling, --reread and --overlap", DefaultValueFactory = _ => presetByDefault };
        preset.AcceptOnlyFromAmong("paper", "best");
        ropeScaling.AcceptOnlyFromAmong("none", "linear", "ntk", "dynamic", "yarn", "llama3");
        cacheType.AcceptOnlyFromAmong("f32", "f16");
        seed = sharedSeed ?? new("--seed") { Description = "Seed of --pruning random [default: 0]", HelpName = "N" };
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

    /// <summary>Reads the settings of merging: the preset's, changed by single options.</summary>
    public HomerOptions Read(ParseResult parsed)
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
            Seed = parsed.GetValue(seed),
        };
    }

    /// <summary>Returns a request with the position scaling and the element type of the cache that were given.</summary>
    public ContextRequest Apply(ParseResult parsed, ContextRequest request) =>
        request with { RopeScaling = Scaling(parsed, request.Model.Config), CacheType = Storage(parsed) };

    /// <summary>Returns the position scaling that was given; null for the model's own.</summary>
    public RopeScaling? Scaling(ParseResult parsed, ModelConfig config) => parsed.GetValue(ropeScaling) is { } type
        ? RopeScaling.Create(type, parsed.GetValue(ropeFactor), parsed.GetValue(ropeOriginal) ?? config.Window)
        : null;

    /// <summary>Returns the element type of keys and values that was given; null if none was.</summary>
    public CacheType? Storage(ParseResult parsed) => parsed.GetValue(cacheType) switch
    {
        "f32" => CacheType.Float32,
        "f16" => CacheType.Float16,
        _ => null,
    };
}
