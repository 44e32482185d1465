using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Homer.Engine.Files;

/// <summary>
/// The temporary files of unfinished outputs, <c>.{target}.{process}.{random}.tmp</c> in the target's folder. Those of this process can be
/// deleted at once when it is stopped, as can files and folders that are there but not complete yet; those that a killed process left are
/// deleted when their target is next written.
/// </summary>
internal static class TemporaryFiles
{
    private const string Extension = ".tmp";

    // File systems allow names of 255 bytes.
    private const int LongestTarget = 200;

    private static readonly HashSet<string> Unfinished = [];
    private static readonly HashSet<string> UnfinishedFolders = [];

    /// <summary>Returns the path of a new temporary file for a target, and deletes those that killed processes left for it.</summary>
    public static string Create(string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        DeleteStale(target);
        string random = Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        string path = Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"{BeginningOf(target)}{Environment.ProcessId}.{random}{Extension}"));
        Add(path);
        return path;
    }

    /// <summary>Takes care of a file that is worth nothing before others are complete, too.</summary>
    public static void Add(string path)
    {
        lock (Unfinished)
            Unfinished.Add(path);
    }

    /// <summary>Takes care of a new folder that is worth nothing before the files in it are complete.</summary>
    public static void AddFolder(string path)
    {
        lock (Unfinished)
            UnfinishedFolders.Add(path);
    }

    /// <summary>Ends the care for a file or folder that was finished or deleted.</summary>
    public static void Forget(string path)
    {
        lock (Unfinished)
        {
            Unfinished.Remove(path);
            UnfinishedFolders.Remove(path);
        }
    }

    /// <summary>Deletes the temporary files and folders of this process, which is about to end without finishing them.</summary>
    public static void DeleteAll()
    {
        lock (Unfinished)
        {
            foreach (string path in Unfinished)
                TryDelete(path, File.Delete);
            foreach (string path in UnfinishedFolders)
                TryDelete(path, Directory.Delete);
            Unfinished.Clear();
            UnfinishedFolders.Clear();
        }
    }

    /// <summary>Deletes the temporary files that killed processes left for a target.</summary>
    public static void DeleteStale(string target)
    {
        string folder = Path.GetDirectoryName(target)!, beginning = BeginningOf(target);
        try
        {
            // A target's name may hold characters that a search pattern reads as wildcards.
            foreach (string path in Directory.EnumerateFiles(folder, ".*" + Extension))
            {
                if (ProcessOf(Path.GetFileName(path), beginning) is { } process && !IsRunning(process, path))
                    TryDelete(path, File.Delete);
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

    private static string BeginningOf(string target) => $".{Shortened(Path.GetFileName(target))}.";

    private static string Shortened(string name)
    {
        int length = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, length)) > LongestTarget)
            length--;
        return name[..length];
    }

    private static void TryDelete(string path, Action<string> delete)
    {
        try
        {
            delete(path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // It stays until the target is written again.
        }
    }
}
