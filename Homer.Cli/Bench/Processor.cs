using System.Runtime.InteropServices;

namespace Homer.Cli.Bench;

/// <summary>The processor that figures were measured on, which they mean little without.</summary>
internal static class Processor
{
    private const string LinuxFile = "/proc/cpuinfo";
    private const string LinuxField = "model name";

    /// <summary>Its name, as far as the system tells it, and its cores as far as this process may use them.</summary>
    public static string Description => $"{Name()}, {Environment.ProcessorCount} cores";

    private static string Name()
    {
        string? line = File.Exists(LinuxFile) ? File.ReadLines(LinuxFile).FirstOrDefault(line => line.StartsWith(LinuxField, StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? $"{RuntimeInformation.ProcessArchitecture} processor";
    }
}
