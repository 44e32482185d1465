using System.Runtime.InteropServices;

namespace Homer.Cli.Bench;

/// <summary>Describes the machine's processor, without which measured figures mean little.</summary>
internal static class Processor
{
    private const string LinuxFile = "/proc/cpuinfo";
    private const string LinuxField = "model name";

    /// <summary>The processor's name, as far as the system tells it, and the number of cores that this process may use.</summary>
    public static string Description => $"{Name()}, {Environment.ProcessorCount} cores";

    private static string Name()
    {
        string? line = File.Exists(LinuxFile)
            ? File.ReadLines(LinuxFile).FirstOrDefault(line => line.StartsWith(LinuxField, StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[^1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? $"{RuntimeInformation.ProcessArchitecture} processor";
    }
}
