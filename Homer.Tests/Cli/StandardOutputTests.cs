using System.Diagnostics;
using Homer.Engine.Contexts;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests what happens where standard output, a disk or a folder takes nothing, by lines of a shell.</summary>
public sealed class StandardOutputTests : IDisposable
{
    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new TemporaryFolder().With("doc", "The pass key is #40921. Remember it.");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("homer methods > /dev/full", 1, "homer: Cannot write standard output: the disk is full")]
    [InlineData("homer --help > /dev/full", 1, "homer: Cannot write standard output: the disk is full")]
    [InlineData("homer generate --model MINI --prompt x > /dev/full", 1, "homer: Cannot write standard output: the disk is full")]
    [InlineData("printf 'a\\nb\\n' | homer chat --model MINI > /dev/full", 1, "homer: Cannot write standard output: the disk is full")]
    [InlineData("homer methods >&-", 1, "homer: Cannot write standard output: it is closed")]
    [InlineData("homer methods 2> /dev/full > /dev/full", 1, "")]
    [InlineData("{ homer methods; echo $? > code; } | head -n 1 > /dev/null; exit $(cat code)", 0, "")]
    [InlineData("homer compress --model MINI --document doc --suffix s --out /dev/full", 1, "the disk is full")]
    [InlineData("homer eval passkey --model MINI --lengths 256 --documents 1 --method truncate --out /dev/full", 1, "the disk is full")]
    [InlineData("TMPDIR=/nowhere homer demo", 1, "TMPDIR")]
    [InlineData("mkfifo pipe && homer caches .", 0, "There are no caches")]
    [InlineData("cp -r MINI 'x[y' && homer info --model 'x[y' > /dev/null", 0, "")]
    [InlineData("homer info --model \"$(printf 'a\\nb\\033c')\"", 1, "a?b?c")]
    public void A_sentence_and_an_exit_code(string line, int exitCode, string words)
    {
        (int ended, _, string error) = Run(line);
        Assert.True(exitCode == ended, $"exit code {ended}: {error}");
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.True(error.Count(c => c == '\n') <= 1, error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dash_is_standard_output()
    {
        (int ended, _, string error) = Run("homer compress --model MINI --document doc --suffix 'What?' --out - > cache");
        Assert.True(ended == 0, error);
        Assert.True(CacheFile.Describe(folder["cache"]).Tokens > 0);
    }

    [Fact]
    public void What_else_is_said_goes_to_stderr_then()
    {
        (int ended, string output, string error) = Run("homer ask --model MINI --document doc 'What is the pass key?' --survivors -");
        Assert.True(ended == 0, error);
        Assert.StartsWith("<!doctype html>", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("tokens/s", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ homer ask --model MINI --document long Why; echo $? > code; } | true; cat code >&2", "0\n")]
    [InlineData("homer ask --model MINI --document long Why >&-", "homer: Cannot write standard output: it is closed")]
    public void Nothing_is_read_for_nobody(string line, string words)
    {
        folder.With("long", string.Concat(Enumerable.Repeat("The hills are low and the river is slow today. ", 60_000)));
        var clock = Stopwatch.StartNew();
        string[] said = Run(line).Error.Split('\n');
        // homer-mini says first that it does not know such texts.
        string rest = string.Join('\n', said.Where(each => !each.StartsWith("homer-mini knows", StringComparison.Ordinal)));
        Assert.StartsWith(words, rest, StringComparison.Ordinal);
        // To read it on two cores takes twenty seconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(12), $"it took {clock.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public void A_file_that_is_opened_does_not_become_standard_output()
    {
        (int ended, _, string error) =
            Run("homer eval passkey --model MINI --lengths 256 --documents 1 --method truncate --out log.jsonl >&-");
        Assert.Contains("it is closed", error, StringComparison.Ordinal);
        Assert.Equal(1, ended);
        Assert.All(File.ReadAllLines(folder["log.jsonl"]), line => Assert.StartsWith("{", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_place_of_a_fault_is_shown_on_demand()
    {
        Assert.DoesNotContain("   at ", Run("homer info --model none").Error, StringComparison.Ordinal);
        Assert.Contains("   at ", Run("HOMER_DEBUG=1 homer info --model none").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200_000, "0x1c00000")]
    [InlineData(500_000, "0x2800000")]
    public void A_document_too_long_for_memory_does_not_end_a_chat(int sentences, string memory)
    {
        folder.With("long", string.Concat(Enumerable.Repeat("The hills are low and the river is slow today. ", sentences)));
        (int ended, string output, string error) =
            Run($"echo 'Who are you?' | DOTNET_GCHeapHardLimit={memory} homer chat --model MINI --document long --device cpu:1 --json");
        Assert.True(ended == 0, error);
        Assert.Contains("not enough memory for the document", error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", output, StringComparison.Ordinal);
    }

    [LongFact]
    public void The_demo_leaves_what_is_not_its_own_alone()
    {
        folder.With("precious", "mine");
        File.CreateSymbolicLink(folder["homer-demo.txt"], folder["precious"]);
        (int ended, string output, string error) = Run("TMPDIR=. homer demo --json");
        Assert.True(ended == 0, error);
        Assert.Contains("homer-demo-", output, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder["precious"]));
    }

    private (int ExitCode, string Output, string Error) Run(string line)
    {
        Unix.Require();
        string command = $"homer() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "homer.dll")}' \"$@\"; }}; cd '{folder.Path}'; ";
        using Process shell = Process.Start(
            new ProcessStartInfo("bash", ["-c", command + line.Replace("MINI", Mini, StringComparison.Ordinal)])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return (shell.ExitCode, output, error.Result);
    }
}
