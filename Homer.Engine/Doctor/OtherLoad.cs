using System.Globalization;

namespace Homer.Engine.Doctor;

/// <summary>The work of other programs on this machine, where the system tells it.</summary>
internal static class OtherLoad
{
    private const string LinuxFile = "/proc/loadavg";

    // Before anything was measured: afterwards the measurement itself is part of it.
    private static readonly double? Before = Read();

    /// <summary>Reads the load, so that later measurements do not count in it.</summary>
    public static void Note() => _ = Before;

    /// <summary>Returns a sentence about other programs that keep the processor busy; null where they do not, or it is not known.</summary>
    public static string? Describe() => Before is { } load && load > Environment.ProcessorCount
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"other programs keep the processor busy ({load:0.0} at a time wanted to run on {Environment.ProcessorCount} cores)")
        : null;

    private static double? Read()
    {
        try
        {
            return File.Exists(LinuxFile)
                && double.TryParse(
                    File.ReadAllText(LinuxFile).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double load)
                ? load
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
