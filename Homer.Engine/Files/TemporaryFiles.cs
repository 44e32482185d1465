using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Homer.Engine.Files;

/// <summary>
/// The temporary files of unfinished outputs, <c>.{target}.{process}.{random}.tmp</c> in the target's folder. Those of this process can be
/// deleted at once when it is stopped; those that a killed process left are deleted when their target is next written.
/// </summary>
internal static class TemporaryFiles
{
    private const string Extension = ".tmp";

    // File systems allow names of 255 bytes.
    private const int LongestTarget = 200;

    private static readonly HashSet<string> Unfinished = [];

    /// <summary>Returns the path of a new temporary file for a target, and deletes those that killed processes left for it.</summary>
    public static string Create(string target)
    {
        string folder = Path.GetDirectoryName(target)!, beginning = $".{Shortened(Path.GetFileName(target))}.";
        DeleteStale(folder, beginning);
        string random = Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        string path = Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"{beginning}{Environment.ProcessId}.{random}{Extension}"));
        lock (Unfinished)
            Unfinished.Add(path);
        return path;
    }

    /// <summary>Ends the care for a file that was renamed or deleted.</summary>
    public static void Forget(string path)
    {
        lock (Unfinished)
            Unfinished.Remove(path);
    }

    /// <summary>Deletes the temporary files of this process, which is about to end without finishing them.</summary>
    public static void DeleteAll()
    {
        lock (Unfinished)
        {
            foreach (string path in Unfinished)
                TryDelete(path);
            Unfinished.Clear();
        }
    }

    private static void DeleteStale(string folder, string beginning)
    {
        try
        {
            // A target's name may hold characters that a search pattern reads as wildcards.
            foreach (string path in Directory.EnumerateFiles(folder, ".*" + Extension))
            {
                if (ProcessOf(Path.GetFileName(path), beginning) is { } process && !IsRunning(process, path))
                    TryDelete(path);
            }
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // A folder that cannot be listed may still be written.
        }
    }

    private static int? ProcessOf(string name, string beginning)
    {
        if (!name.StartsWith(beginning, StringComparison.Ordinal))
            return null;
        string[] parts = name[beginning.Length..^Extension.Length].Split('.');
        return parts is [var process, { Length: > 0 }] && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : null;
    }

    /// <summary>Returns whether a process still writes a file; one in another container is known only by its lock of the file.</summary>
    private static bool IsRunning(int process, string path)
    {
        lock (Unfinished)
        {
            if (Unfinished.Contains(path))
                return true;
        }

        try
        {
            using var running = Process.GetProcessById(process);
            using var self = Process.GetCurrentProcess();
            if (process != Environment.ProcessId && running.ProcessName == self.ProcessName)
                return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // There is no such process.
        }

        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
            return false;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return true;
        }
    }

    private static string Shortened(string name)
    {
        int length = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, length)) > LongestTarget)
            length--;
        return name[..length];
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // It stays until the target is written again.
        }
    }
}
