using System.CommandLine;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Reading;

namespace Homer.Cli.Options;

/// <summary>
/// The conditions under which options have no effect, which are refused: whoever gives an option expects that it does something. Commands
/// that exclude each other's inputs say so themselves.
/// </summary>
internal static class EffectTable
{
    private static readonly string[] Merging =
    [
        "--preset", "--chunk", "--target", "--warmup", "--initial-chunk", "--full-leaves", "--overlap", "--rows-at-once", "--bias",
        "--pruning", "--refinement", "--pooling", "--accumulate", "--accumulate-from", "--reread", "--recompute",
    ];

    // Options of all commands that some commands have no use for; their help does not show them.
    private static readonly (string[] Options, string[] Commands, string Where)[] Idle =
    [
        (
            ["--weights", "--activations"], ["methods", "models", "info", "devices", "caches", "convert"],
            "on a command that computes nothing"),
        (["--keep-leaves"], ["memory"], "on eval memory, which measures single readings"),
        (["--bias"], ["bench"], "on bench, which prunes without a table"),
    ];

    private static readonly Row[] Rows =
    [
        .. Idle.Select(idle => new Row(idle.Options, idle.Where, given => idle.Commands.Contains(given.Command))),

        // Methods.
        new(
            [.. Merging.Except(["--bias"])], "with a method that does not merge", given => given.Method is not (null or HomerMethod)),
        new(["--bias"], "with a method that uses no calibration table", given => given.Method is not (null or ICalibratedMethod)),
        new(Merging, "where no --method of homer's is measured", given => given.Command == "bench" && !Measures(given, "homer")),
        new(
            ["--keep-leaves"], "where no --method keeps leaves",
            given => given.Value<string[]>("--method") is { } variants && !variants.Any(KeepsLeaves)),
        new(
            ["--method"], "with --only ablation, which has variants of its own",
            given => given.Value<string>("--only")?.Trim() == "ablation"),
        new(Merging, "where --method sets the same", SetsTheSame),
        new(
            ["--confidence", "--readings", "--keep"], "with a method that reads the document once and keeps nothing of it",
            given => given.Method is not (null or IChunkedMethod)),

        // Sampling.
        new(
            ["--top-k", "--top-p", "--min-p"], "with --temperature 0, which takes the most probable token",
            given => given.Value<float>("--temperature") == 0),
        new(
            ["--seed"], "where nothing is drawn by chance; give a --temperature above 0",
            given => given.Has("--temperature") && given.Value<float>("--temperature") == 0 && !PrunesByChance(given)),
        new(
            ["--seed"], "without --pruning random",
            given => !given.Has("--temperature") && given.Has("--pruning") && !PrunesByChance(given)),
        new(["--readings"], "with --confidence 0, which never reads again", given => given.Value<float>("--confidence") == 0),
        new(
            ["--confidence"], "with --readings 0, which never reads again",
            given => given.IsGiven("--readings") && given.Value<int>("--readings") == 0),

        // Settings of merging that need each other.
        new(["--accumulate-from"], "without --accumulate", given => given.Merging() is { Accumulate: false }),
        new(
            ["--accumulate", "--accumulate-from", "--bias"], "with --pruning random, which looks at nothing",
            given => given.Merging() is { Pruning: Pruning.Random }),
        new(
            ["--bias"], "with --pruning attention, unless --accumulate is given",
            given => given.Merging() is { Pruning: Pruning.Attention, Accumulate: false }),
        new(["--rope-factor", "--rope-original"], "without --rope-scaling", given => !given.IsGiven("--rope-scaling")),
        new(
            ["--rope-factor", "--rope-original"], "with --rope-scaling none",
            given => given.Value<string?>("--rope-scaling") == "none"),
        new(
            ["--rope-scaling"], "without --rope-factor",
            given => given.Value<string?>("--rope-scaling") is "linear" or "ntk" or "yarn" or "llama3" && !given.IsGiven("--rope-factor")),

        // Inputs that take the place of others.
        new(
            ["--prefix", "--suffix", "--question"], "with --ids, which holds all three texts",
            given => given.Command == "compress" && given.IsGiven("--ids")),
        new(["--segments", "--length"], "with --ids, which holds the segments", given => given.IsGiven("--ids")),
        new(
            ["--lengths", "--depths", "--style", "--seed", "--bare", "--facts"], "with --data, whose documents are taken as they are",
            given => given.IsGiven("--data")),
        new(
            ["--seed", "--cast"], "with --text, which takes the place of generated documents",
            given => given.Command == "perplexity" && given.IsGiven("--text")),
        new(
            ["--weights", "--activations"], "without --model, where devices alone are checked",
            given => given.Command == "doctor" && !given.IsGiven("--model")),
        new(["--type"], "without --random-weights", given => given.Command == "bench" && !given.IsGiven("--random-weights")),

        // What is shown.
        new(["--survivors"], "with --explain, which reads nothing", given => given.IsOn("--explain")),
        new(["--survivors", "--explain"], "with --interactive, which takes many questions", given => given.IsOn("--interactive")),
        new(["--format"], "with --json", given => given.IsOn("--json")),
        new(
            ["--method", "--lengths", "--documents", "--seed", "--keep-leaves", "--only", "--weights", "--activations"],
            "with --as-measured, which measures nothing", given => given.IsOn("--as-measured")),
    ];

    /// <summary>The names of all options that may have no effect.</summary>
    public static IEnumerable<string> Options => Rows.SelectMany(row => row.Options).Distinct();

    /// <summary>Returns a sentence about the first option that was given and has no effect; null where all have one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="method">The method, where it is no option of the command; null to take the option's.</param>
    public static string? FindIdle(ParseResult parsed, MethodChoice? method = null)
    {
        var given = new GivenOptions(parsed, method);
        foreach (string option in given.All)
        {
            if (Rows.FirstOrDefault(row => row.Options.Contains(option) && row.IsIdle(given)) is { } idle)
                return $"{option} has no effect {idle.Without}; leave it out.";
        }

        return null;
    }

    /// <summary>Returns whether an option has no effect on a command, whatever else is given.</summary>
    public static bool IsIdleOn(string option, string command) =>
        Idle.Any(idle => idle.Options.Contains(option) && idle.Commands.Contains(command));

    // A variant that cannot be read is refused where it is parsed.
    private static bool KeepsLeaves(string variant) =>
        ContextMethods.All.FirstOrDefault(method => method.Name == variant.Split(':')[0]) is null or IChunkedMethod or IRecallingMethod;

    private static bool PrunesByChance(GivenOptions given) => given.Merging() is { Pruning: Pruning.Random };

    private static bool SetsTheSame(GivenOptions given) =>
        given.Choice is { } choice && choice.Settings.Keys.Any(name => given.IsGiven($"--{name}") && Merging.Contains($"--{name}"));

    private static bool Measures(GivenOptions given, string method) =>
        (given.Value<string>("--method") ?? method).Split(',').Any(name => name.Trim().StartsWith(method, StringComparison.Ordinal));

    /// <summary>Options, and the condition under which they have no effect.</summary>
    /// <param name="Options">The names of the options.</param>
    /// <param name="Without">The condition in words.</param>
    /// <param name="IsIdle">Returns whether the condition holds.</param>
    private sealed record Row(string[] Options, string Without, Func<GivenOptions, bool> IsIdle);
}
