using System.Globalization;

namespace Homer.Engine.Files;

/// <summary>
/// Links to files that are not there. The files of a cache of the Hugging Face hub are links, so a download that was not finished, or that
/// was cleaned up, leaves such ones behind.
/// </summary>
internal static class BrokenLink
{
    /// <summary>Returns a sentence about a link to a file that is not there; null for anything else.</summary>
    public static string? Describe(string path)
    {
        if (RealPath.TargetOf(path) is not { } target || FileStatus.Of(path).Kind != FileKind.Missing)
            return null;
        string full = Path.GetFullPath(target, Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        var unfinished = new FileInfo(full + ".incomplete");
        string part = unfinished.Exists
            ? string.Create(CultureInfo.InvariantCulture, $", only its first {unfinished.Length} bytes")
            : "";
        return $"{Quoted.Path(path)} was not downloaded{part}; it is a link to {Quoted.Path(target)}, which is not there, so finish the "
            + "download of the model.";
    }
}
