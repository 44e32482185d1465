using System.CommandLine;
using Homer.Cli.Options;

namespace Homer.Cli.Help;

/// <summary>The headings under which help lists the options of a command.</summary>
internal static class OptionGroups
{
    /// <summary>The most options that are listed before the headings.</summary>
    public const int MostUsed = 10;

    /// <summary>The heading of the options that have no other.</summary>
    public const string Others = "Other options";

    // Options in the order in which people need them, whatever the command.
    private static readonly string[] First =
    [
        "--model", "--document", "--prompt", "--prompt-file", "--cache", "--question", "--suffix", "--text", "--lines", "--messages",
        "--decode", "--ids", "--random-weights", "--out", "--method", "--lengths", "--documents", "--depths", "--facts", "--pp", "--tg",
        "--depth", "--only", "--data", "--segments", "--max-tokens", "--memory", "--explain", "--keep", "--survivors",
        "--top", "--all", "--threshold", "--repetitions",
        "--format", "--temperature", "--seed", "--stop", "--device", "--json",
    ];

    private static readonly (string Heading, string[] Options)[] Headings =
    [
        (
            "Prompt and answer",
            ["--in", "--prefix", "--answer", "--question", "--suffix", "--stop", "--max-tokens", "--think", "--sources"]),
        ("Sampling", ["--temperature", "--top-k", "--top-p", "--min-p", "--repetition-penalty", "--seed"]),
        ("Further readings", ["--confidence", "--readings", "--keep"]),
        ("Memory and precision", ["--memory", "--cache-type", "--weights", "--activations", "--rows-at-once", "--keep-leaves"]),
        ("Merging", [
            "--preset", "--chunk", "--target", "--warmup", "--initial-chunk", "--full-leaves", "--overlap", "--bias", "--pruning",
            "--refinement", "--pooling", "--accumulate", "--accumulate-from", "--reread", "--recompute",
        ]),
        ("Position scaling", ["--rope-scaling", "--rope-factor", "--rope-original"]),
    ];

    /// <summary>Returns the options of a command that can have an effect under their headings; each is under one of them.</summary>
    public static IReadOnlyList<(string Heading, IReadOnlyList<Option> Options)> Of(Command command)
    {
        List<Option> left = [.. TypedWords.ShownOptionsOf(command)];
        List<(string, IReadOnlyList<Option>)> groups = [("Options", Take(First, MostUsed))];
        groups.AddRange(Headings.Select(group => (group.Heading, Take(group.Options, int.MaxValue))));
        groups.Add((Others, left));
        return groups;

        IReadOnlyList<Option> Take(string[] names, int most)
        {
            Option[] taken = [.. left.Where(option => names.Contains(option.Name))
                .OrderBy(option => Array.IndexOf(names, option.Name)).Take(most)];
            left.RemoveAll(taken.Contains);
            return taken;
        }
    }
}
