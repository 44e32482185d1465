using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Weights;

/// <summary>
/// The fingerprints of weight files that were hashed before, in the user's cache folder, by the files' paths, sizes and times of change:
/// hashing many gigabytes takes seconds, and is done once. Where the folder cannot be written, files are hashed every time.
/// </summary>
/// <remarks>
/// The folder is <c>HOMER_CACHE</c>, or else <c>homer</c> in <c>XDG_CACHE_HOME</c>, in <c>%LOCALAPPDATA%</c> on Windows, and in
/// <c>~/.cache</c> elsewhere.
/// </remarks>
internal static class KnownFingerprints
{
    // A file may change again, with the same size, within the resolution of its time.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>Returns the fingerprint of files: the one that is kept, or else a computed one, which is then kept.</summary>
    /// <param name="paths">The paths of the files; empty for weights in memory.</param>
    /// <param name="compute">Computes the fingerprint.</param>
    public static string Of(IReadOnlyList<string> paths, Func<string> compute)
    {
        if (paths.Count == 0 || PathFor(paths) is not { } path || Stamps(paths) is not { } before)
            return compute();
        if (Read(path, before) is { } known)
            return known;
        string fingerprint = compute();
        bool isSettled = before.All(stamp => DateTime.UtcNow - new DateTime(stamp.Modified, DateTimeKind.Utc) > Settled);
        if (isSettled && Stamps(paths) is { } after && before.SequenceEqual(after))
            Write(path, new(before, fingerprint));
        return fingerprint;
    }

    /// <summary>Returns the fingerprint of files that is kept; null where there is none.</summary>
    /// <param name="paths">The paths of the files; empty for weights in memory.</param>
    public static string? Find(IReadOnlyList<string> paths) =>
        paths.Count > 0 && PathFor(paths) is { } path && Stamps(paths) is { } stamps ? Read(path, stamps) : null;

    /// <summary>Returns the user's cache folder; null where the user has none.</summary>
    internal static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("HOMER_CACHE") is { Length: > 0 } own)
            return own;
        string? parent = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(parent) || !Path.IsPathFullyQualified(parent))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            parent = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : home.Length > 0 ? Path.Combine(home, ".cache")
                : "";
        }

        return parent.Length > 0 ? Path.Combine(parent, "homer") : null;
    }

    private static string? PathFor(IReadOnlyList<string> paths)
    {
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', paths)));
        return Folder() is { } folder ? Path.Combine(folder, "fingerprints", Convert.ToHexStringLower(name) + ".json") : null;
    }

    private static Stamp[]? Stamps(IReadOnlyList<string> paths)
    {
        try
        {
            return [.. paths.Select(Stamp.Of)];
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return null;
        }
    }

    private static string? Read(string path, Stamp[] stamps)
    {
        try
        {
            Entry? entry = File.Exists(path) ? JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path)) : null;
            bool isWhole = entry is { Files: not null, Fingerprint.Length: 2 * SHA256.HashSizeInBytes }
                && entry.Fingerprint.All(char.IsAsciiHexDigitLower);
            return isWhole && entry!.Files.SequenceEqual(stamps) ? entry.Fingerprint : null;
        }
        catch (Exception e) when (e is JsonException || FileTrouble.Is(e))
        {
            return null;
        }
    }

    private static void Write(string path, Entry entry)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, entry));
        }
        catch (Exception e) when (e is HomerException || FileTrouble.Is(e))
        {
            // Nothing is lost but time: the next start hashes again.
        }
    }

    /// <summary>A file by what changes with its content.</summary>
    /// <param name="Path">The path, links followed.</param>
    /// <param name="Bytes">The size.</param>
    /// <param name="Modified">The time of the last change, in ticks.</param>
    /// <param name="Created">The time of creation, in ticks; another file in the same place has another one.</param>
    private sealed record Stamp(string Path, long Bytes, long Modified, long Created)
    {
        public static Stamp Of(string path)
        {
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return new(file.FullName, file.Length, file.LastWriteTimeUtc.Ticks, file.CreationTimeUtc.Ticks);
        }
    }

    private sealed record Entry(Stamp[] Files, string Fingerprint);
}
