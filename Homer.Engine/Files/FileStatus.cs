namespace Homer.Engine.Files;

/// <summary>The status of a path, links followed: its kind, which file it is, and whose.</summary>
/// <remarks>
/// On Linux from <c>statx(2)</c>, whose structure is the same on every architecture. Elsewhere only regular files, folders and devices
/// below <c>/dev</c> are told apart, and files are the same if their paths are, so that a hard link is not seen.
/// </remarks>
/// <param name="Kind">The kind.</param>
/// <param name="Identity">Equal for two paths exactly if they name the same file; null if there is none.</param>
/// <param name="User">The number of the owner; 0 where the file system tells none.</param>
/// <param name="Group">The number of the owning group; 0 where the file system tells none.</param>
internal sealed record FileStatus(FileKind Kind, string? Identity, uint User, uint Group)
{
    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;
    private const int RegularType = 0x8000;
    private const int PipeType = 0x1000;

    private static readonly StringComparison PathComparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Returns the status of a path.</summary>
    public static FileStatus Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Portable(path);
        try
        {
            return LibC.Statx(LibC.WorkingFolder, path, 0, LibC.BasicFields, out LibC.FileFields status) == 0
                ? Of(status)
                : new(FileKind.Missing, null, 0, 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return Portable(path);
        }
    }

    /// <summary>Returns whether two paths name the same file, by whatever names and links.</summary>
    public static bool AreSame(string path, string other) =>
        Of(path).Identity is { } identity && string.Equals(identity, Of(other).Identity, PathComparison);

    /// <summary>Refuses a pipe or a device in the place of a file that is mapped or belongs to a model: its end might never come.</summary>
    /// <exception cref="HomerException">The path names a pipe or a device.</exception>
    public static void RequireFile(string path)
    {
        if (Of(path).Kind is FileKind.Pipe or FileKind.Device)
            throw new HomerException($"{Quoted.Path(path)} is a pipe or a device; put a file there.");
    }

    /// <summary>Gives a file the owner that this status names, as far as the process may.</summary>
    public void GiveTo(string path)
    {
        // Only the superuser may give files away; a member may change the group.
        if (OperatingSystem.IsLinux() && Of(path) is var now && (now.User, now.Group) != (User, Group))
            _ = LibC.Chown(path, User, Group);
    }

    private static FileStatus Of(LibC.FileFields status)
    {
        FileKind kind = (status.Mode & TypeMask) switch
        {
            RegularType => FileKind.Regular,
            FolderType => FileKind.Folder,
            PipeType => FileKind.Pipe,
            _ => FileKind.Device,
        };
        return new(kind, $"{status.DeviceMajor}:{status.DeviceMinor}:{status.Inode}", status.User, status.Group);
    }

    private static FileStatus Portable(string path)
    {
        FileKind kind = Directory.Exists(path) ? FileKind.Folder : !File.Exists(path) ? FileKind.Missing
            : path.StartsWith("/dev/", StringComparison.Ordinal) ? FileKind.Device : FileKind.Regular;
        return new(kind, kind == FileKind.Missing ? null : RealPath.Of(path), 0, 0);
    }
}
