namespace Homer.Engine.Files;

/// <summary>The path of a file without links, as the operating system walks it; the file itself need not exist.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Returns an absolute path with every link replaced by what it points to.</summary>
    /// <remarks>An open file of a process, such as <c>/proc/self/fd/1</c>, is not followed: its target may be a pipe.</remarks>
    /// <exception cref="HomerException">The links lead round in a circle.</exception>
    public static string Of(string path)
    {
        string real = Path.GetPathRoot(path)!;
        int links = 0;
        var rest = new Stack<string>(Parts(path[real.Length..]));
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (IsOpenFile(next) || TargetOf(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                throw new HomerException($"'{path}' is a link that leads round in a circle; give the path of a file.");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;
            foreach (string further in Parts(target[(Path.GetPathRoot(target)?.Length ?? 0)..]))
                rest.Push(further);
        }

        return real;
    }

    /// <summary>Returns whether a path without links names an open file of a process: <c>/proc/12/fd/1</c>.</summary>
    public static bool IsOpenFile(string real) =>
        real.StartsWith("/proc/", StringComparison.Ordinal) && Path.GetFileName(Path.GetDirectoryName(real)) == "fd";

    /// <summary>Returns the parts of a path, the last first.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".").Reverse();

    /// <summary>Returns what a link holds, as it stands there; null for anything else.</summary>
    public static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return null;
        }
    }
}
