using System.CommandLine;
using Homer.Cli.Commands;
using Homer.Cli.Commands.Evaluation;
using Homer.Cli.Options;
using Homer.Engine.Calibration;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Options;

/// <summary>Tests that outputs that would replace an input, or cannot be written, are refused before anything is read.</summary>
public sealed class CommandFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new TemporaryFolder()
        .With("doc", "A document.").With("ids", """{"ids":[1],"segments":[[1]]}""").With("bias", "x").With("old", "x");

    public CommandFilesTests()
    {
        Directory.CreateDirectory(folder["model"]);
        // Nothing of the model can be read, so that a refusal that comes late would be another one.
        foreach (string name in new[] { "config.json", "model.safetensors", CalibrationTable.FileName, "notes" })
            folder.With($"model/{name}", "x");
        folder.With("model/mine", """{"model_fingerprint":"x","rope_scaling":""");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ask --model model --document doc q --survivors doc", "--document")]
    [InlineData("ask --model model --document old --keep old q", "--document")]
    [InlineData("ask --model model --document doc --bias bias q --survivors bias", "--bias")]
    [InlineData("ask --model model --document doc --survivors page --keep page q", "--keep")]
    [InlineData("chat --model model --document doc --keep doc", "--document")]
    [InlineData("compress --model model --document doc --suffix s --out ./doc", "--document")]
    [InlineData("compress --model model --document doc --suffix s --out page --survivors page", "--survivors")]
    [InlineData("compress --model model --ids ids --out ids", "--ids")]
    [InlineData("compress --model model --document doc --suffix s --out model/model.safetensors", "--model")]
    [InlineData("compress --model model --document doc --suffix s --out model/notes", "--model")]
    [InlineData("compress --model model --document doc --suffix s --out model/homer-bias.safetensors", "--model")]
    [InlineData("compress --model model --document doc --suffix s --out model/generation_config.json", "--model")]
    [InlineData("logits --model model --ids ids --out ids", "--ids")]
    [InlineData("calibrate --model model --ids ids --out ids", "--ids")]
    [InlineData("calibrate --model model --text doc --out doc", "--text")]
    [InlineData("calibrate --model model --text doc --out model/config.json", "--model")]
    [InlineData("eval perplexity --model model --text doc --out doc", "--text")]
    [InlineData("eval passkey --model model --data doc --out doc", "--data")]
    [InlineData("eval passkey --model model --out model/config.json", "--model")]
    public void An_output_is_no_input(string line, string other)
    {
        string message = Assert.Throws<UsageException>(() => Run(line)).Message;
        Assert.Contains("same file", message, StringComparison.Ordinal);
        Assert.Contains(other, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_is_known_by_other_names()
    {
        Unix.Require();
        File.CreateSymbolicLink(folder["link"], "doc");
        File.CreateSymbolicLink(folder["models"], "model");
        File.CreateSymbolicLink(folder["weights"], "model/model.safetensors");
        Unix.Run("ln", folder["doc"], folder["hard"]);
        foreach (string name in new[] { "link", "hard", "models/config.json", "weights" })
        {
            Assert.Contains(
                "same file",
                Assert.Throws<UsageException>(() => Run($"compress --model model --document doc --suffix s --out {name}")).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("calibrate --model model --ids ids --out model/homer-bias.safetensors")]
    [InlineData("compress --model model --document doc --suffix s --out model/mine")]
    [InlineData("compress --model model --document doc --suffix s --out model/new")]
    public void What_Homer_makes_may_lie_beside_the_model(string line) =>
        Assert.IsNotType<UsageException>(Assert.ThrowsAny<HomerException>(() => Run(line)));

    [Theory]
    [InlineData("ask --model none --document none q --survivors none/page", "folder does not exist")]
    [InlineData("ask --model none --document none q --survivors .", "it is a folder")]
    [InlineData("ask --model none --document none q --keep none/leaves", "folder does not exist")]
    [InlineData("ask --model none --document none q --keep old", "holds no leaves")]
    [InlineData("chat --model none --keep old", "holds no leaves")]
    [InlineData("compress --model none --document none --suffix s --out old/cache", "folder does not exist")]
    [InlineData("eval passkey --model none --out old", "line 1")]
    [InlineData("eval passkey --model none --out none/log", "folder does not exist")]
    [InlineData("eval report --model none --out old", "cannot write")]
    public void What_cannot_be_written_is_found_before_the_reading(string line, string words) =>
        Refused.With(words, () => Run(line));

    [Theory]
    [InlineData("compress --model model --document doc --suffix s --out - --json", "--json")]
    [InlineData("eval passkey --model model --out - --json", "--json")]
    [InlineData("ask --model model --document doc q --survivors - --json", "--json")]
    public void Standard_output_holds_one_result(string line, string words) =>
        Assert.Contains(words, Assert.Throws<UsageException>(() => Run(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pipe_without_a_reader_is_refused()
    {
        Unix.Require();
        Unix.Pipe(folder["pipe"]);
        Refused.With("nothing reads", () => Run("compress --model model --document doc --suffix s --out pipe"));
        Refused.With("keeps nothing", () => Run("ask --model model --document doc q --keep /dev/null"));
    }

    private void Run(string line)
    {
        var root = new RootCommand
        {
            CommonOptions.Device, CommonOptions.Weights, CommonOptions.Activations, CommonOptions.Json, AskCommand.Create(),
            ChatCommand.Create(), CompressCommand.Create(), LogitsCommand.Create(), CalibrateCommand.Create(), EvalCommand.Create(),
        };
        string[] names = ["doc", "ids", "bias", "old", "page", "link", "hard", "weights", "pipe", "none", ".", "./doc"];
        ParseResult parsed = root.Parse(
            [.. line.Split(' ').Select(word => names.Contains(word) || word.Contains('/') || word is "model" ? folder[word] : word)]);
        Assert.Empty(parsed.Errors);
        parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
    }
}
