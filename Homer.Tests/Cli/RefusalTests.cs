using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests exit codes and messages: 2 for an invalid command line, 1 for a failed command, and one line on stderr.</summary>
public sealed class RefusalTests : IDisposable
{
    private static readonly string Mini = RepositoryFiles.HomerMini;
    private static readonly string Random = GoldenCase.Model("random-gqa");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("dance", "dance")]
    [InlineData("info --model", "--model")]
    [InlineData("info --model M --loud", "--loud")]
    [InlineData("generate --model M --prompt x --max-tokens many", "many")]
    [InlineData("generate --model M --prompt x --max-tokens 0", "new tokens")]
    [InlineData("generate --model M --prompt x --max-tokens 2147483647", "new tokens")]
    [InlineData("generate --model M --prompt x --temperature -1", "temperature")]
    [InlineData("generate --model M --prompt x --temperature NaN", "temperature")]
    [InlineData("generate --model M --prompt x --top-p 0", "top-p")]
    [InlineData("generate --model M --prompt x --min-p 2", "min-p")]
    [InlineData("generate --model M --prompt x --top-k -1", "top-k")]
    [InlineData("generate --model M --prompt x --repetition-penalty 0", "penalty")]
    [InlineData("generate --model M --prompt x --activations sometimes", "sometimes")]
    [InlineData("generate --model M --prompt x --device abacus", "abacus")]
    [InlineData("generate --model M --prompt x --device cpu,cuda", "cpu,cuda")]
    [InlineData("generate --model M --prompt x --temperature 0,7", "0,7")]
    [InlineData("generate --model M", "--prompt")]
    [InlineData("generate --model M --prompt x --cache y", "--prompt")]
    [InlineData("compress --model M --out o", "--document")]
    [InlineData("compress --model M --out o --document d --ids i", "--document")]
    [InlineData("compress --model M --out o --document d", "--suffix")]
    [InlineData("compress --model M --out o --document d --suffix s --question q", "--suffix")]
    [InlineData("compress --model M --out o --document d --suffix s --pruning dice", "dice")]
    [InlineData("calibrate --model M --out o", "--text")]
    [InlineData("calibrate --model M --out o --text t --length 0", "--length")]
    [InlineData("compress --model M --document d --suffix s", "--out")]
    [InlineData("ask --model M --document d --method magic q", "magic")]
    [InlineData("ask --model M --document d --method streaming:width=2 q", "width")]
    [InlineData("ask --model M --document d --method streaming:window=wide q", "wide")]
    [InlineData("ask --model M --document d --method streaming --survivors page q", "--survivors")]
    [InlineData("ask --model M --document d --method plain --explain q", "--method homer")]
    [InlineData("ask --model M --document d --method truncate --memory 6GB q", "--method homer")]
    [InlineData("ask --model M --document d --memory lots q", "lots")]
    [InlineData("ask --model M --document  q", "--document needs the name of a file")]
    [InlineData("ask --model  --document d q", "--model needs the name of a model")]
    [InlineData("ask --model M --document d --keep= q", "--keep needs a value, --keep WHERE")]
    [InlineData("ask --model M --document d --max-tokens= 5", "--max-tokens needs a value, --max-tokens N")]
    [InlineData("bench --method snapkv", "snapkv")]
    public void An_invalid_command_line_is_bad_usage(string line, string word) =>
        RefusedCommand.With(2, word, line.Split(' '));

    [Fact]
    public void The_process_ends_with_the_exit_code_and_one_line()
    {
        HomerProcess.Run("generate", "--model", "M", "--prompt", "x", "--top-p", "0").AssertRefused(2, "top-p");
        HomerProcess.Run("generate", "--model", folder["model"], "--prompt", "x").AssertRefused(1, folder["model"]);
        HomerProcess.Run("ask", "--model", Mini, "--document", folder["document"], "What?").AssertRefused(1, folder["document"]);
    }

    [Fact]
    public void Missing_files_and_devices_are_named()
    {
        RefusedCommand.With(1, folder["model"], "generate", "--model", folder["model"], "--prompt", "x");
        RefusedCommand.With(1, folder["cache"], "generate", "--model", Mini, "--cache", folder["cache"]);
        RefusedCommand.With(1, folder["document"], "ask", "--model", Mini, "--document", folder["document"], "What?");
        RefusedCommand.With(1, folder["ids"], "compress", "--model", Mini, "--ids", folder["ids"], "--out", folder["out"]);
    }

    [Fact]
    public void An_empty_question_is_refused()
    {
        folder.With("document", "Nothing.");
        RefusedCommand.With(2, "question is empty", "ask", "--model", Mini, "--document", folder["document"], " ");
    }

    [Theory]
    [InlineData("""{"prefix":[1],"context":[2]}""", "ids")]
    [InlineData("""{"prefix":[1],"context":[2.5],"suffix":[3]}""", "ids")]
    [InlineData("[1,2]", "ids")]
    [InlineData("not JSON", "ids")]
    [InlineData("""{"prefix":[1],"context":[64],"suffix":[3]}""", "id 64")]
    [InlineData("""{"prefix":[1],"context":[2],"suffix":[]}""", "suffix")]
    public void Ids_that_cannot_be_read_are_refused(string ids, string word)
    {
        folder.With("ids", ids);
        RefusedCommand.With(1, word, "compress", "--model", Random, "--ids", folder["ids"], "--out", folder["out"]);
        Assert.False(File.Exists(folder["out"]));
    }

    [Fact]
    public void Settings_that_leave_no_room_are_refused()
    {
        folder.With("ids", """{"prefix":[1,2],"context":[3,4,5,6],"suffix":[7]}""");
        Refuse(1, "chunk", "--chunk", "3");
        Refuse(2, "odd", "--chunk", "4", "--pooling", "2");
        Refuse(2, "factor", "--rope-scaling", "yarn", "--rope-factor", "0.5");
        Refuse(2, "warm-up must be between 0", "--chunk", "4", "--warmup", "99");

        void Refuse(int exitCode, string word, params string[] settings) => RefusedCommand.With(
            exitCode, word, ["compress", "--model", Random, "--ids", folder["ids"], "--out", folder["out"], .. settings]);
    }

    [Fact]
    public void A_result_that_cannot_be_written_is_an_error()
    {
        folder.With("ids", """{"prefix":[1],"context":[3,4],"suffix":[7],"ids":[1,2],"segments":[[1,2]]}""");
        foreach (string command in new[] { "compress", "logits", "calibrate" })
        {
            RefusedCommand.With(
                1, "folder does not exist", command, "--model", Random, "--ids", folder["ids"], "--out", folder["missing/out"]);
        }
    }

    [Fact]
    public void A_corrupted_cache_is_refused()
    {
        folder.With("cache", new byte[1000]);
        RefusedCommand.With(1, folder["cache"], "generate", "--model", Mini, "--cache", folder["cache"]);
    }
}
