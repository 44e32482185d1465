using System.Diagnostics;

namespace Homer.Tests.Support;

/// <summary>Programs of a Unix system that tests of files and signals use; they skip where it is missing.</summary>
internal static class Unix
{
    /// <summary>Skips the test unless it runs on Linux.</summary>
    internal static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");

    /// <summary>Runs a program to its end, and fails unless it succeeds.</summary>
    internal static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Makes a pipe that has a name.</summary>
    internal static string Pipe(string path)
    {
        Run("mkfifo", path);
        return path;
    }
}
