using System.Diagnostics;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>Publishes a program and the command in the ways that .NET has.</summary>
public sealed class PublishTests
{
    private const int Unavailable = 3;

    [LongFact]
    public void Single_files_work_and_trimming_and_native_code_are_warned_of()
    {
        Unix.Require();
        using Process process = Process.Start(new ProcessStartInfo(Path.Combine(RepositoryFiles.Root, "eng", "publish-check.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == Unavailable, error.Result);
        Assert.True(process.ExitCode == 0, output + error.Result);
    }
}
