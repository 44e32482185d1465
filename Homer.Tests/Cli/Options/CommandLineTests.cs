using System.CommandLine;
using Homer.Cli.Options;

namespace Homer.Tests.Cli.Options;

public sealed class CommandLineTests
{
    [Fact]
    public void A_command_line_can_be_pasted_into_a_shell()
    {
        var text = new Option<string>("--text");
        var root = new RootCommand { new Command("eval") { text } };
        Assert.Equal("homer eval --text a/b-c.txt", CommandLine.Of(root.Parse(["eval", "--text", "a/b-c.txt"])));
        Assert.Equal("homer eval --text 'it'\\''s $HOME'", CommandLine.Of(root.Parse(["eval", "--text", "it's $HOME"])));
    }
}
