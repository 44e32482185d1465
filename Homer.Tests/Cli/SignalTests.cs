using System.Diagnostics;
using Homer.Cli.Signals;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests that Ctrl+C and SIGTERM end the command wherever it is, with a word, an exit code and no file left.</summary>
public sealed class SignalTests : IDisposable
{
    // The promise is a quarter of a second; the rest is for the machine, which runs other tests meanwhile.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(1.2);
    private static readonly string Mini = RepositoryFiles.HomerMini;
    private static readonly string Long = string.Concat(Enumerable.Repeat("The hills are low and the river is slow today. ", 60_000));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public void What_waits_for_a_question_ends(string signal, int exitCode)
    {
        using var homer = new RunningHomer("chat", "--model", Mini);
        homer.WaitUntilIdle();
        AssertEnds(homer, signal, exitCode);
    }

    [Fact]
    public void What_waits_for_a_document_ends()
    {
        Unix.Require();
        using var input = new RunningHomer("ask", "--model", Mini, "--document", "-", "Why?");
        using var pipe = new RunningHomer("ask", "--model", Mini, "--document", Unix.Pipe(folder["pipe"]), "Why?");
        input.WaitUntilIdle();
        AssertEnds(input, "INT", 130);
        pipe.WaitUntilIdle();
        AssertEnds(pipe, "TERM", 143);
    }

    [Fact]
    public void What_tokenizes_or_reads_ends_and_leaves_no_file()
    {
        folder.With("long", Long);
        using var homer = new RunningHomer(
            "ask", "--model", Mini, "--document", folder["long"], "--keep", folder["leaves"], "--full-leaves", "true", "Why?");
        homer.WaitUntilWorked(Begun);
        AssertEnds(homer, "INT", 130);
        Assert.Equal(["long"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void An_unfinished_file_is_deleted()
    {
        folder.With("long", Long);
        using var homer = new RunningHomer(
            "ask", "--model", Mini, "--document", folder["long"], "--keep", folder["leaves"], "--full-leaves", "true", "Why?");
        while (Directory.GetFiles(folder.Path, ".leaves.*").Length == 0)
            homer.WaitUntilWorked(TimeSpan.FromMilliseconds(50));
        homer.WaitUntilWorked(TimeSpan.FromMilliseconds(300));
        AssertEnds(homer, "TERM", 143);
        Assert.Equal(["long"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_left_is_deleted_when_the_file_is_written_again()
    {
        folder.With("long", Long).With("short", "The pass key is #40921.");
        using (var homer = new RunningHomer(
            "ask", "--model", Mini, "--document", folder["long"], "--keep", folder["leaves"], "--full-leaves", "true", "Why?"))
        {
            homer.WaitUntilWorked(Begun);
            while (Directory.GetFiles(folder.Path, ".leaves.*").Length == 0)
                homer.WaitUntilWorked(TimeSpan.FromMilliseconds(50));
            homer.Send("KILL");
            homer.End();
        }

        HomerProcess again = HomerProcess.Run(
            "compress", "--model", Mini, "--document", folder["short"], "--suffix", "Why?", "--out", folder["leaves"]);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(["leaves", "long", "short"], Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public void What_is_to_ignore_an_interrupt_ignores_it()
    {
        using RunningHomer homer = RunningHomer.IgnoringInterrupts("chat", "--model", Mini);
        homer.WaitUntilIdle();
        homer.Send("INT");
        homer.WaitUntilIdle();
        Assert.False(homer.HasEnded);
        AssertEnds(homer, "TERM", 143);
    }

    [Fact]
    public void In_chat_the_first_interrupt_stops_the_answer_and_at_the_prompt_it_ends_the_program()
    {
        (string text, string key) = VillageChronicle.Write(7, 300_000, 0.5);
        folder.With("document", text);
        using var homer = new RunningHomer("chat", "--model", Mini, "--document", folder["document"], "--json");
        homer.WaitUntilIdle();
        homer.Input.WriteLine("Why?");
        homer.Input.Flush();
        homer.WaitUntilWorked(TimeSpan.FromMilliseconds(400));
        homer.Send("INT");
        Assert.Contains("was stopped", homer.Output.ReadLine(), StringComparison.Ordinal);
        homer.Input.WriteLine("What is the pass key?");
        homer.Input.Flush();
        Assert.Contains("#" + key, homer.Output.ReadLine(), StringComparison.Ordinal);
        homer.WaitUntilIdle();
        homer.Send("INT");
        (int exitCode, string error) = homer.End();
        Assert.Equal(130, exitCode);
        Assert.EndsWith("homer: Stopped.\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_takes_one_interrupt()
    {
        using var process = new CancellationTokenSource();
        using (var answer = new AnswerStop(process.Token))
        {
            Assert.True(AnswerStop.TryStop());
            Assert.True(answer.Token.IsCancellationRequested);
            Assert.False(process.IsCancellationRequested);
            Assert.False(AnswerStop.TryStop());
        }

        new AnswerStop(process.Token).Dispose();
        Assert.False(AnswerStop.TryStop());
    }

    private static void AssertEnds(RunningHomer homer, string signal, int exitCode)
    {
        long sent = Stopwatch.GetTimestamp();
        homer.Send(signal);
        (int ended, string error) = homer.End();
        TimeSpan took = Stopwatch.GetElapsedTime(sent);
        // homer-mini may have said before that it does not know such texts.
        string last = string.Concat(error.Split('\n').Where(line => !line.StartsWith("homer-mini knows", StringComparison.Ordinal)));
        Assert.Equal((exitCode, "homer: Stopped."), (ended, last));
        Assert.True(took < Longest, $"it took {took.TotalSeconds:0.00} s");
    }
}
