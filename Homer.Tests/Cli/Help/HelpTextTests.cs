using System.CommandLine;
using Homer.Cli;
using Homer.Cli.Help;
using Homer.Cli.Options;
using Homer.Tests.Cli.Options;

namespace Homer.Tests.Cli.Help;

/// <summary>Tests that help shows what people need first, everything once, and no names of types.</summary>
public sealed class HelpTextTests
{
    [Fact]
    public void No_option_is_lost_and_no_line_is_wide()
    {
        foreach ((string path, Command command) in CommandLineParserTests.Commands())
        {
            string help = HelpText.Of(command);
            string[] lines = help.Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, HelpText.Width));
            Assert.Contains($"homer {path}", help, StringComparison.Ordinal);
            foreach (Option option in TypedWords.ShownOptionsOf(command))
            {
                Assert.Single(
                    lines,
                    line => line.StartsWith("  -", StringComparison.Ordinal)
                        && line.Split(' ', ',').Skip(2).TakeWhile(IsName).Contains(option.Name));
            }

            Assert.DoesNotContain("`", help, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", help, StringComparison.Ordinal);
            Assert.DoesNotContain("Nullable", help, StringComparison.Ordinal);
            Assert.DoesNotContain("<Pruning", help, StringComparison.Ordinal);
            Assert.DoesNotContain("Precision>", help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ask_shows_ten_options_first_and_the_others_under_headings()
    {
        Command ask = HomerCommand.Create().Subcommands.Single(command => command.Name == "ask");
        IReadOnlyList<(string Heading, IReadOnlyList<Option> Options)> groups = OptionGroups.Of(ask);
        Assert.Equal(
            [
                "--model", "--document", "--method", "--max-tokens", "--memory", "--explain", "--keep", "--survivors", "--temperature",
                "--seed",
            ],
            groups[0].Options.Select(option => option.Name));
        Assert.Equal(
            [
                "Options", "Prompt and answer", "Sampling", "Further readings", "Memory and precision", "Merging", "Position scaling",
                "Other options",
            ],
            groups.Select(group => group.Heading));
        Assert.Contains("--chunk", groups[5].Options.Select(option => option.Name));
    }

    [Fact]
    public void Headings_come_in_the_same_order_everywhere_and_the_first_is_never_empty()
    {
        foreach ((_, Command command) in CommandLineParserTests.Commands())
        {
            IReadOnlyList<(string Heading, IReadOnlyList<Option> Options)> groups = OptionGroups.Of(command);
            Assert.InRange(groups[0].Options.Count, 1, OptionGroups.MostUsed);
            Assert.Equal(
                TypedWords.ShownOptionsOf(command).Select(option => option.Name).Order(),
                groups.SelectMany(group => group.Options).Select(option => option.Name).Order());
        }
    }

    [Fact]
    public void Only_options_that_a_command_refuses_are_left_out()
    {
        string[] leftOut =
        [
            .. from known in CommandLineParserTests.Commands()
               from option in TypedWords.OptionsOf(known.Command).Except(TypedWords.ShownOptionsOf(known.Command))
               select $"{known.Path} {option.Name}",
        ];
        Assert.Equal(
            [
                "bench --bias", "caches --activations", "caches --weights", "convert --activations", "convert --weights",
                "devices --activations", "devices --weights", "eval memory --keep-leaves", "info --activations", "info --weights",
                "methods --activations", "methods --weights", "models --activations", "models --weights",
            ],
            leftOut.Order(StringComparer.Ordinal));
        Assert.All(leftOut, line =>
        {
            string value = line.EndsWith("weights", StringComparison.Ordinal) ? " int8"
                : line.EndsWith("activations", StringComparison.Ordinal) ? " rounded"
                : line.EndsWith("bias", StringComparison.Ordinal) ? " table" : "";
            string required = line.StartsWith("convert", StringComparison.Ordinal) ? " file --out folder" : "";
            Action parse = () => CommandLineParser.Parse(HomerCommand.Create(), (line + value + required).Split(' '));
            Assert.Contains("has no effect", Assert.Throws<UsageException>(parse).Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("ask", "[default: instruct with a chat template, else best]")]
    [InlineData("compress", "[default: instruct with a chat template, else best; paper for --ids]")]
    [InlineData("bench", "[default: best]")]
    public void Defaults_are_those_of_the_command(string name, string shown)
    {
        string help = HelpText.Of(HomerCommand.Create().Subcommands.Single(command => command.Name == name));
        string[] words = help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(shown, string.Join(' ', words), StringComparison.Ordinal);
        Assert.Equal(name != "bench", help.Contains("what --memory chooses", StringComparison.Ordinal));
    }

    private static bool IsName(string word) => word.Length == 0 || word[0] == '-';

    [Fact]
    public void Defaults_and_choices_are_shown()
    {
        string help = HelpText.Of(HomerCommand.Create().Subcommands.Single(command => command.Name == "ask"));
        Assert.Contains("--pruning calibrated|attention|random", help, StringComparison.Ordinal);
        Assert.Contains("[default: 64]", help, StringComparison.Ordinal);
        Assert.Contains("--document FILE", help, StringComparison.Ordinal);
    }
}
