using System.Diagnostics;

namespace Homer.Tests.Support;

/// <summary>Chromium without a window, for tests of pages with scripts; they skip where it is missing.</summary>
internal static class Browser
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(_ => Names, Path.Combine).FirstOrDefault(File.Exists);

    /// <summary>Returns the HTML of a page of a file after its scripts have run.</summary>
    internal static string Show(string path)
    {
        Assert.SkipWhen(Program is null, "needs Chromium (apt-get install chromium)");
        string profile = Directory.CreateTempSubdirectory("homer-browser-").FullName;
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program!,
            [
                // Containers lack what the sandbox and the GPU need; virtual time lets timers and frames run at once.
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={profile}",
                "--window-size=1280,800", "--virtual-time-budget=20000", "--dump-dom", new Uri(path).AbsoluteUri,
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> page = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Timeout))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail("the browser did not end");
            }

            Assert.True(process.ExitCode == 0, error.Result);
            return page.Result;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
