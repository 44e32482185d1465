using System.CommandLine;
using Homer.Cli;
using Homer.Cli.Options;

namespace Homer.Tests.Cli.Options;

/// <summary>Tests which word of a command line is named where one is wrong, and that every word is what was typed.</summary>
public sealed class CommandLineParserTests
{
    [Theory]
    [InlineData("ask --document d --max-token 5 q", "--max-token is not an option of homer ask; did you mean --max-tokens?")]
    [InlineData("ask --document d q --temprature=0.7", "--temprature is not an option of homer ask; did you mean --temperature?")]
    [InlineData("ask --documnet d --max-tokens five", "--documnet is not an option of homer ask; did you mean --document?")]
    [InlineData("ask --max-tokens five --documnet d", "--max-tokens must be a number of new tokens from 1 to 16777216, not 'five'")]
    [InlineData("ask --document d q --zebra", "--zebra is not an option of homer ask")]
    [InlineData("ask --document d q -x", "-x is not an option of homer ask")]
    [InlineData("aks --document d q", "'aks' is not a command of homer; did you mean ask?")]
    [InlineData("eval passkeys", "'passkeys' is not a command of homer eval; did you mean passkey?")]
    [InlineData("eval", "homer eval needs a command: passkey, qa, needle, absent, perplexity, memory, ablation or report")]
    [InlineData("dance", "'dance' is not a command of homer")]
    [InlineData("ask q --document", "--document needs a value, --document FILE")]
    [InlineData("ask q --document --json", "--document needs a value")]
    [InlineData("ask --document d", "the question is missing")]
    [InlineData("ask q", "--document is missing")]
    [InlineData("ask --document d What is the key?", "'is' is one word too many for homer ask; put what belongs together into quotes")]
    [InlineData("ask --document d q --chunk 1 --chunk 2", "--chunk is given twice")]
    [InlineData("ask --document d q --reread=maybe", "--reread is true or false, not 'maybe'")]
    [InlineData("ask --document d q --pruning 7", "--pruning must be calibrated, attention or random, not '7'")]
    [InlineData("ask --document d q --refinement 0", "--refinement must be propagative or none, not '0'")]
    [InlineData("ask --document d q --pooling 4", "--pooling must be an odd whole number, not '4'")]
    [InlineData("ask --document d q --preset 1", "--preset must be paper, best or instruct, not '1'")]
    [InlineData("ask --document d q --device abacus", "--device: 'abacus' is not a device; use auto, cpu")]
    [InlineData("ask --document d q --device -1", "--device: '-1' is not a device")]
    [InlineData("ask --document d q --device +1", "--device: '+1' is not a device")]
    [InlineData("ask --document d q --device 1", "--device: '1' is not a device")]
    [InlineData("ask --document d q --memory 1,5GB", "--memory: '1,5GB' is not a size")]
    [InlineData("eval passkey --lengths 1k,0", "--lengths: '0' is not a length")]
    [InlineData("eval passkey --depths 0,7", "--depths: '7' is not a depth")]
    [InlineData("bench --pp 1.5k", "--pp: '1.5k' is not a length")]
    [InlineData("ask --document d q --method truncat", "truncat")]
    [InlineData("ask --document d q --method plain-ntk:factor=1.000.0", "'1.000.0' cannot be the factor")]
    public void The_first_wrong_word_is_named(string line, string message)
    {
        string refusal = Assert.Throws<UsageException>(() => Parse(line.Split(' '))).Message;
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.EndsWith("--help.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@secret.txt")]
    [InlineData("@mara")]
    [InlineData("x[y]")]
    [InlineData("[red]")]
    [InlineData("  two  blanks ")]
    [InlineData("\"quoted\"")]
    [InlineData("-- not an option --")]
    [InlineData("-5 degrees")]
    [InlineData("-5")]
    [InlineData("%PATH% $HOME *")]
    public void Words_are_what_was_typed(string word)
    {
        Assert.Equal([word], Parse("ask", "--document", "d", word).GetValue<string[]>("question")!);
        Assert.Equal(word, Parse("generate", "--prompt", word).GetValue<string?>("--prompt"));
        Assert.Equal(word, Parse("generate", $"--prompt={word}").GetValue<string?>("--prompt"));
        Assert.Equal([word], Parse("generate", "--prompt", "x", "--stop", word).GetValue<string[]>("--stop")!);
    }

    [Fact]
    public void After_two_dashes_nothing_is_an_option()
    {
        Assert.Equal(["--survivors"], Parse("ask", "--document", "d", "--", "--survivors").GetValue<string[]>("question")!);
        Assert.Equal(["@file"], Parse("ask", "--document", "d", "--", "@file").GetValue<string[]>("question")!);
    }

    [Fact]
    public void Every_number_is_read_by_one_culture()
    {
        int numbers = 0;
        foreach ((string path, Command command) in Commands())
        {
            foreach (Option option in command.Options.Where(option => IsNumber(option.ValueType)))
            {
                foreach (string text in new[] { "0,7", "1,000", "1 000", "٣", "seven", "NaN", "Infinity", "1e999", "0x10" })
                {
                    string refusal = Assert.Throws<UsageException>(() => Parse([.. path.Split(' '), option.Name, text])).Message;
                    Assert.StartsWith($"{option.Name} must be a", refusal, StringComparison.Ordinal);
                    Assert.Contains($"not '{text}'", refusal, StringComparison.Ordinal);
                }

                numbers++;
            }
        }

        Assert.True(numbers > 50);
        Assert.Equal(0.7f, Parse("generate", "--prompt", "x", "--temperature", "0.7").GetValue<float>("--temperature"));
    }

    [Fact]
    public void No_value_is_read_by_the_library_itself()
    {
        // What is neither a text nor a switch says what it is; otherwise messages would show type names, and numbers the machine's culture.
        foreach ((_, Command command) in Commands())
        {
            Assert.All(
                command.Options.Where(option =>
                    IsNumber(option.ValueType) || Nullable.GetUnderlyingType(option.ValueType) is { IsEnum: true }),
                option => Assert.NotNull(option.GetType().GetProperty("CustomParser")!.GetValue(option)));
        }
    }

    /// <summary>Returns every command by its path, but for those that only hold others.</summary>
    internal static IEnumerable<(string Path, Command Command)> Commands()
    {
        return Of(HomerCommand.Create(), "");

        static IEnumerable<(string, Command)> Of(Command command, string path) => command.Subcommands.SelectMany(sub =>
            sub.Subcommands.Count > 0 ? Of(sub, $"{path}{sub.Name} ") : [(path + sub.Name, sub)]);
    }

    private static bool IsNumber(Type type) =>
        Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is TypeCode.Int32 or TypeCode.Single or TypeCode.Double
        && !(Nullable.GetUnderlyingType(type) ?? type).IsEnum;

    private static ParseResult Parse(params string[] words) => CommandLineParser.Parse(HomerCommand.Create(), words);
}
