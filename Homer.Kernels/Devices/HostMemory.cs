using System.Globalization;

namespace Homer.Kernels.Devices;

/// <summary>The memory of this machine, or of the container that the process runs in.</summary>
public static class HostMemory
{
    private const string LinuxFile = "/proc/meminfo";
    private const string AvailableName = "MemAvailable:";

    /// <summary>All of it in bytes.</summary>
    public static long TotalBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The bytes that programs can take at present; what files are cached in counts as free.</summary>
    public static long FreeBytes => Math.Min(TotalBytes, ReadAvailable() ?? TotalBytes - GC.GetGCMemoryInfo().MemoryLoadBytes);

    // .NET knows how much was taken at its last collection alone.
    private static long? ReadAvailable()
    {
        try
        {
            string? line = File.Exists(LinuxFile)
                ? File.ReadLines(LinuxFile).FirstOrDefault(text => text.StartsWith(AvailableName, StringComparison.Ordinal))
                : null;
            string? number = line?[AvailableName.Length..].Trim().Split(' ')[0];
            return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
