using System.CommandLine;
using System.CommandLine.Help;
using Homer.Cli;
using Homer.Cli.Options;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;

namespace Homer.Tests.Cli.Options;

/// <summary>Tests that options that would do nothing are refused by name, and that others are not.</summary>
public sealed class EffectTableTests
{
    // Options that say where things are, what is measured and what is printed; they do something whatever the method.
    private static readonly string[] OfEveryMethod =
    [
        "--lengths", "--documents", "--depths", "--style", "--bare", "--by-depth", "--data", "--facts", "--text", "--part", "--sparse",
        "--needles", "--questions", "--in", "--sources", "--interactive", "--guess",
        "--cast", "--out", "--only", "--as-measured", "--title", "--pp", "--tg", "--depth", "--repetitions", "--format", "--type",
        "--random-weights", "--model", "--document", "--method", "--prefix", "--answer", "--survivors", "--max-tokens", "--temperature",
        "--top-k", "--top-p",
        "--min-p", "--repetition-penalty", "--stop", "--seed", "--rope-scaling", "--rope-factor", "--rope-original", "--cache-type",
        "--memory", "--explain", "--think",
    ];

    [Theory]
    [InlineData("ask --document d q --method truncate --keep leaves", "--keep")]
    [InlineData("ask --document d q --rope-factor 8", "--rope-factor")]
    [InlineData("ask --document d q --rope-original 512", "--rope-original")]
    [InlineData("ask --document d q --rope-scaling none --rope-factor 2", "--rope-factor")]
    [InlineData("ask --document d q --rope-scaling yarn", "--rope-scaling")]
    [InlineData("ask --document d q --top-p 0.9", "--top-p")]
    [InlineData("ask --document d q --seed 3", "--seed")]
    [InlineData("ask --document d q --explain --survivors p", "--survivors")]
    [InlineData("ask --document d q --confidence 0 --readings 3", "--readings")]
    [InlineData("ask --document d q --method snapkv --confidence 0.5", "--confidence")]
    [InlineData("ask --document d q --preset paper --accumulate-from 3", "--accumulate-from")]
    [InlineData("ask --document d q --pruning random --bias t", "--bias")]
    [InlineData("ask --document d q --pruning random --accumulate", "--accumulate")]
    [InlineData("ask --document d q --preset paper --pruning attention --bias t", "--bias")]
    [InlineData("ask --document d q --method homer:chunk=64 --chunk 128", "--chunk")]
    [InlineData("ask --document d q --method homer:accumulate=false --accumulate-from 3", "--accumulate-from")]
    [InlineData("chat --min-p 0.1", "--min-p")]
    [InlineData("generate --prompt x --top-k 5", "--top-k")]
    [InlineData("compress --ids i --suffix s --out o", "--suffix")]
    [InlineData("compress --document d --suffix s --out o --seed 3", "--seed")]
    [InlineData("calibrate --ids i --out o --segments 3", "--segments")]
    [InlineData("doctor --weights int8", "--weights")]
    [InlineData("bench --type f16", "--type")]
    [InlineData("bench --format csv --json", "--format")]
    [InlineData("bench --chunk 128", "--chunk")]
    [InlineData("eval passkey --data d --depths 0.5", "--depths")]
    [InlineData("eval qa --data d --facts 2", "--facts")]
    [InlineData("eval perplexity --text t --seed 3", "--seed")]
    [InlineData("eval memory --keep-leaves", "--keep-leaves")]
    [InlineData("eval qa --method truncate --method plain --keep-leaves", "--keep-leaves")]
    [InlineData("eval report --out o --only ablation --method plain", "--method")]
    [InlineData("ask --document d q --readings 0 --confidence 0.5", "--confidence")]
    [InlineData("bench --method homer --bias t", "--bias")]
    [InlineData("caches --activations rounded", "--activations")]
    [InlineData("eval report --out o --as-measured --lengths 1k", "--lengths")]
    [InlineData("info --weights int8", "--weights")]
    public void An_option_without_effect_is_refused(string line, string option) =>
        Assert.StartsWith($"{option} has no effect", Assert.Throws<UsageException>(() => Parse(line)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ask --document d q --temperature 0.7 --top-p 0.9 --top-k 5 --min-p 0.1 --seed 3")]
    [InlineData("ask --document d q --pruning random --seed 3")]
    [InlineData("ask --document d q --rope-scaling yarn --rope-factor 2 --rope-original 512")]
    [InlineData("ask --document d q --rope-scaling dynamic")]
    [InlineData("ask --document d q --method independent --keep host --confidence 0.5 --readings 2")]
    [InlineData("ask --document d q --method homer:accumulate=true --preset paper --accumulate-from 3")]
    [InlineData("bench --method plain,homer --chunk 128")]
    [InlineData("eval passkey --data d --documents 3")]
    [InlineData("eval perplexity --text t --documents 1")]
    [InlineData("eval qa --method truncate --method homer:paper --keep-leaves")]
    [InlineData("ask --document d q --readings 0")]
    [InlineData("eval needle --method recall --keep-leaves")]
    [InlineData("ask --document d q --method recall:tokens=100 --bias t")]
    [InlineData("eval report --out o --as-measured --title T")]
    [InlineData("compress --document d --suffix s --out o --preset paper")]
    public void An_option_with_an_effect_is_taken(string line) => Parse(line);

    [Theory]
    [InlineData("ask", "--document d q", 19)]
    [InlineData("bench", "", 16)]
    [InlineData("eval absent", "", 1)]
    [InlineData("eval needle", "", 1)]
    [InlineData("eval passkey", "", 1)]
    [InlineData("eval qa", "", 1)]
    [InlineData("eval perplexity", "", 1)]
    [InlineData("eval memory", "", 1)]
    [InlineData("eval report", "--out o", 1)]
    public void Options_that_only_merging_has_are_refused_with_every_other_method(string path, string required, int count)
    {
        Command command = CommandLineParserTests.Commands().Single(known => known.Path == path).Command;
        IEnumerable<string> methods = path == "bench" ? ["plain"]
            : ContextMethods.All.Where(method => method is not HomerMethod).Select(method => method.Name);
        Option[] ofMerging = [.. command.Options.Where(option => option is not HelpOption && !OfEveryMethod.Contains(option.Name))];
        Assert.Equal(count, ofMerging.Length);
        foreach (string method in methods)
        {
            foreach (Option option in ofMerging)
            {
                // Recall has a table, and keeps the keys of a document.
                if (method == "recall" && (option.Name == "--bias" || (option.Name == "--keep-leaves" && path != "eval memory")))
                    continue;
                string line = $"{path} {required} --method {method} {option.Name}{ValueOf(option)}".Replace("  ", " ");
                Assert.StartsWith(
                    $"{option.Name} has no effect", Assert.Throws<UsageException>(() => Parse(line)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_command_that_takes_a_method_is_tested() => Assert.Equal(
        ["ask", "bench", "eval absent", "eval memory", "eval needle", "eval passkey", "eval perplexity", "eval qa", "eval report", "find"],
        CommandLineParserTests.Commands().Where(known => known.Command.Options.Any(option => option.Name == "--method"))
            .Select(known => known.Path).Order(StringComparer.Ordinal));

    [Fact]
    public void The_same_holds_for_the_settings_of_variants()
    {
        Refuse("plain:chunk=128", "--chunk");
        Refuse("homer:rope-factor=2", "--rope-factor");
        Refuse("homer:paper,accumulate-from=3", "--accumulate-from");
        Refuse("homer:seed=3", "--seed");

        static void Refuse(string variant, string option)
        {
            UsageException refusal = Assert.Throws<UsageException>(() => new VariantParser().Parse(variant));
            Assert.Contains($"{option} has no effect", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_option_of_the_table_is_one_of_a_command() => Assert.Empty(EffectTable.Options.Except(
        CommandLineParserTests.Commands().SelectMany(command => TypedWords.OptionsOf(command.Command)).Select(option => option.Name)));

    private static string ValueOf(Option option) => option.ValueType == typeof(bool?) || option.ValueType == typeof(bool) ? ""
        : option.HelpName is { } choice && choice.Contains('|') ? $"={choice.Split('|')[0]}"
        : option.Name is "--confidence" or "--pooling" ? "=1" : option.ValueType == typeof(string) ? "=host" : "=3";

    private static ParseResult Parse(string line) => CommandLineParser.Parse(HomerCommand.Create(), line.Split(' '));
}
