using System.CommandLine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Cli.Options;

/// <summary>The options of commands that merge: a preset, and single settings that override it.</summary>
internal sealed class MergingOptions
{
    private const string None = "none";

    private readonly Option<string?> preset = Create<string?>(
        "--preset",
        "Set of defaults: paper, as published; best, which sets --accumulate, --pooling, --reread and --overlap; or instruct, for models "
            + "not trained to merge, which adds short chunks and a long warm-up "
            + "[default: instruct with a chat template, else best]")
        .OneOf("paper", "best", "instruct");
    private readonly Option<int?> chunk = Create<int?>(
        "--chunk", "Longest chunk in tokens, prefix and suffix included [default: half the window]", "N").AtLeast(1);
    private readonly Option<int?> target = Create<int?>("--target", "Length of the finished cache in tokens [default: as --chunk]", "N")
        .AtLeast(1);
    private readonly Option<int?> warmup = Create<int?>(
        "--warmup", "Number of first layers that never merge [default: 3/8 of the layers]", "N").AtLeast(0);
    private readonly Option<int?> initialChunk = Create<int?>(
        "--initial-chunk", "Longest leaf in tokens, prefix and suffix included [default: as --chunk]", "N").AtLeast(1);
    private readonly Option<bool?> fullLeaves = Create<bool?>(
        "--full-leaves", "Fill every leaf but the last, instead of cutting the document into 2^n equal leaves [default: false]");
    private readonly Option<int?> overlap = Create<int?>(
        "--overlap",
        "Tokens of the leaf before that a leaf reads as well, for sentences that are cut in two [default: best 16, paper 0]",
        "N").AtLeast(0);
    private readonly Option<int?> rowsAtOnce = Create<int?>(
        "--rows-at-once",
        "Most tokens of leaves that run in one batch; 0 takes the least memory [default: 1280 on a GPU, 0 on the CPU]",
        "N").AtLeast(0);
    private readonly Option<string?> bias = Create<string?>("--bias", "Calibration table, or none [default: the model folder's]", "FILE");
    private readonly Option<Pruning?> pruning = Create<Pruning?>(
        "--pruning", "Criterion of the tokens that survive: attention, calibrated attention, or chance [default: calibrated]").Names();
    private readonly Option<Refinement?> refinement = Create<Refinement?>(
        "--refinement", "Pruning of the layers below as well (propagative), or not (none) [default: propagative]").Names();
    private readonly Option<int?> pooling = Create<int?>(
        "--pooling", "Odd number of tokens over which significance is pooled [default: best 5, paper 1]", "W")
        .Numbers("an odd whole number", number => number >= 1 && number % 2 == 1);
    private readonly Option<bool?> accumulate = Create<bool?>(
        "--accumulate", "Take the largest significance of all layers so far [default: best true, paper false]");
    private readonly Option<int?> accumulateFrom = Create<int?>(
        "--accumulate-from", "First layer that --accumulate takes into account [default: the last warm-up layer]", "N").AtLeast(0);
    private readonly Option<bool?> reread = Create<bool?>(
        "--reread", "Process the suffix once more over the finished cache [default: best true, paper false]");
    private readonly Option<bool?> recompute = Create<bool?>(
        "--recompute", "Read all survivors once more as ordinary text [default: false]");
    private readonly Option<string?> ropeScaling = Create<string?>("--rope-scaling", "Scaling of positions [default: the model's]");
    private readonly Option<double> ropeFactor = new Option<double>("--rope-factor")
    {
        Description = "Factor by which --rope-scaling extends the window",
        DefaultValueFactory = _ => 1,
        HelpName = "X",
    }.Numbers("a number of at least 1", number => number >= 1);
    private readonly Option<int?> ropeOriginal = Create<int?>(
        "--rope-original", "Window before scaling, in tokens [default: the model's]", "N").AtLeast(1);
    private readonly Option<string?> cacheType = Create<string?>(
        "--cache-type", "Element type of keys and values [default: f32]");
    private readonly Option<int> seed;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sharedSeed">The seed option that the command has already; null to add one.</param>
    public MergingOptions(Command command, Option<int>? sharedSeed = null)
    {
        // Who measures speed asks no questions, so that the model's template does not matter.
        if (!Has("--document"))
            preset.Description = preset.Description!.Replace("instruct with a chat template, else ", "", StringComparison.Ordinal);
        if (Has("--ids"))
            preset.Description = preset.Description!.Replace("else best]", "else best; paper for --ids]", StringComparison.Ordinal);
        if (Has("--memory"))
            cacheType.Description = cacheType.Description!.Replace("f32]", "f32, or what --memory chooses]", StringComparison.Ordinal);
        ropeScaling.OneOf("none", "linear", "ntk", "dynamic", "yarn", "llama3");
        cacheType.OneOf("f32", "f16");
        seed = sharedSeed ?? Create<int>("--seed", "Seed of --pruning random [default: 0]", "N").Numbers("a whole number", _ => true);
        Option[] options =
        [
            preset, chunk, target, warmup, initialChunk, fullLeaves, overlap, rowsAtOnce, bias, pruning, refinement, pooling,
            accumulate, accumulateFrom, reread, recompute, ropeScaling, ropeFactor, ropeOriginal, cacheType,
        ];
        foreach (Option option in options)
            command.Add(option);
        if (sharedSeed is null)
            command.Add(seed);

        bool Has(string name) => command.Options.Any(option => option.Name == name);
    }

    /// <summary>Returns the path of the calibration table that was given; null for the model folder's own.</summary>
    public string? CalibrationPath(ParseResult parsed) => parsed.GetValue(bias) is { } path and not None ? path : null;

    /// <summary>Returns whether <c>--bias none</c> was given.</summary>
    public bool WithoutCalibration(ParseResult parsed) => parsed.GetValue(bias) == None;

    /// <summary>
    /// Returns the preset that was given; null where the model decides. Token ids come from who compares with the publication, which is the
    /// default for them.
    /// </summary>
    public static string? PresetOf(ParseResult parsed, string? given) =>
        given ?? (parsed.CommandResult.Command.Options.Any(
            option => option.Name == "--ids" && parsed.GetResult(option) is { Implicit: false }) ? "paper" : null);

    /// <summary>Returns the settings of merging: those of the preset, overridden by single options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usual">The settings where no preset was given, which suit the model.</param>
    public HomerOptions Read(ParseResult parsed, HomerOptions usual)
    {
        HomerOptions start = PresetOf(parsed, parsed.GetValue(preset)) switch
        {
            "paper" => HomerOptions.Paper,
            "instruct" => HomerOptions.Instruct,
            "best" => HomerOptions.Best,
            _ => usual,
        };
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
            Recompute = parsed.GetValue(recompute) ?? start.Recompute,
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

    private static Option<T> Create<T>(string name, string description, string? helpName = null) =>
        new(name) { Description = description, HelpName = helpName };
}
