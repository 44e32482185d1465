namespace Homer.Engine.Files;

/// <summary>The thing that a path to write to names, classified before anything is written.</summary>
/// <remarks>
/// A regular file is replaced at once by a complete one (<see cref="AtomicFile"/>); through a link, the link's target is, in its own
/// folder, and the link stays. Devices, pipes and sockets are written to as they are.
/// </remarks>
internal sealed class OutputTarget
{
    /// <summary>The path that means standard output, on every system.</summary>
    public const string StandardOutput = "/dev/stdout";

    // What a disk that is full refuses; an empty file may still find room on it.
    private const int ProbeBytes = 4096;

    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(5);

    private readonly string given;
    private readonly FileKind kind;

    private OutputTarget(string given, string path, FileKind kind)
    {
        this.given = given;
        Path = path;
        this.kind = kind;
    }

    /// <summary>The path without links.</summary>
    public string Path { get; }

    /// <summary>True for a regular file or one that does not exist yet; false for what is written to directly.</summary>
    public bool IsFile => kind is FileKind.Regular or FileKind.Missing;

    /// <summary>True if there is something already.</summary>
    public bool Exists => kind != FileKind.Missing;

    /// <summary>True if it can be another file's other name, or a pipe that something else reads; false for devices.</summary>
    public bool HoldsData => kind != FileKind.Device;

    /// <summary>True for standard output, by whatever name.</summary>
    public bool IsStandardOutput => Path == StandardOutput;

    /// <summary>Classifies a path.</summary>
    /// <exception cref="HomerException">The path is a folder, is in none, or is a link that leads nowhere.</exception>
    public static OutputTarget Of(string path)
    {
        string full = FileTrouble.FullPath(path), real = RealPath.Of(full);
        if (path == StandardOutput || real == $"/proc/{Environment.ProcessId}/fd/1")
            return new(StandardOutput, StandardOutput, FileKind.Device);
        FileKind kind = RealPath.IsOpenFile(real) ? FileKind.Device : FileStatus.Of(real).Kind;
        if (kind == FileKind.Folder || System.IO.Path.EndsInDirectorySeparator(full))
            throw new HomerException($"Cannot write '{full}': it is a folder; give the path of a file in it.");
        if (kind == FileKind.Missing && !Directory.Exists(System.IO.Path.GetDirectoryName(real)))
            throw new HomerException($"Cannot write '{full}': its folder does not exist; choose a folder that does.");
        return new(full, real, kind);
    }

    /// <summary>Finds out whether the file can be written, and leaves it as it is.</summary>
    /// <returns>A pipe, opened, which is to be held until it is written to, so that its reader waits; null for all else.</returns>
    /// <exception cref="HomerException">The file or its folder may not be written, the disk is full, or a pipe has no reader.</exception>
    public Stream? RequireWritable()
    {
        if (!IsFile)
        {
            Stream opened = OpenDirectly();
            if (kind == FileKind.Pipe)
                return opened;
            opened.Dispose();
            return null;
        }

        try
        {
            if (Exists)
                File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(given, e);
        }

        using var probe = new AtomicFile(given);
        probe.Write(new byte[ProbeBytes]);
        probe.Do(stream => stream.Flush());
        return null;
    }

    /// <summary>Opens a device or a pipe, which is not emptied; waits a few seconds for the reader of a pipe.</summary>
    /// <exception cref="HomerException">It cannot be opened, or nothing reads from the pipe.</exception>
    public Stream OpenDirectly()
    {
        try
        {
            if (IsStandardOutput)
                return new StandardOutputStream();
            return new ForwardStream(kind == FileKind.Pipe ? OpenPipe() : Open(FileAccess.Write));
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(given, e);
        }
    }

    private FileStream OpenPipe()
    {
        // Opening waits until there is a reader, and cannot be called off.
        var opening = Task.Factory.StartNew(
            () => Open(FileAccess.Write), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            if (opening.Wait(ReaderPatience))
                return opening.Result;
        }
        catch (AggregateException e) when (FileTrouble.Is(e.InnerException!))
        {
            throw FileTrouble.CannotWrite(given, e.InnerException!);
        }

        // A reader of our own lets the waiting thread go.
        using (Open(FileAccess.ReadWrite))
            opening.Result.Dispose();
        throw new HomerException($"Cannot write '{given}': nothing reads from this pipe; start its reader first.");
    }

    // An open file of a process may be a regular one that others write to as well: it is continued.
    private FileStream Open(FileAccess access) =>
        FileStatus.Of(Path).Kind == FileKind.Regular
            ? new(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)
            : new(Path, FileMode.Open, access, FileShare.ReadWrite);
}
