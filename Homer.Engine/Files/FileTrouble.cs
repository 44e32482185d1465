namespace Homer.Engine.Files;

/// <summary>Turns errors of the file system into one sentence for the user.</summary>
internal static class FileTrouble
{
    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int BrokenPipeOnUnix = 32;
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D);

    /// <summary>Returns the absolute path.</summary>
    /// <exception cref="HomerException">The text cannot be a path.</exception>
    internal static string FullPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Path.GetFullPath(path);
        }
        catch (ArgumentException e)
        {
            throw new HomerException($"{Quoted.Text(path)} cannot be a path; give the path of a file or folder.", e);
        }
        catch (IOException e)
        {
            throw new HomerException($"The working folder of {Quoted.Text(path)} is gone; change to one that exists.", e);
        }
    }

    /// <summary>Returns true if an exception comes from the file system, and not from a mistake in the program.</summary>
    internal static bool Is(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException || IsTooLarge(e);

    /// <summary>Returns the error of a file that cannot be read.</summary>
    internal static HomerException CannotRead(string path, Exception e) => Directory.Exists(path)
        ? new($"'{path}' is a folder; give a file.", e)
        : BrokenLink.Describe(path) is { } what ? new(what, e) : CannotList(path, e);

    /// <summary>Returns the error of a file or folder that cannot be opened, whichever was asked for.</summary>
    internal static HomerException CannotList(string path, Exception e) =>
        new($"Cannot read '{path}': {Reason(e)}; check the path and its permissions.", e);

    /// <summary>Returns the error of a file that cannot be written.</summary>
    internal static HomerException CannotWrite(string path, Exception e) => Directory.Exists(path)
        ? new($"'{path}' is a folder; give the name of a file in it.", e)
        : IsBrokenPipe(e)
        ? new($"Cannot write '{path}': its reader has ended; keep it running until everything is written.", e)
        : new($"Cannot write '{path}': {Reason(e)}; choose a folder that exists, can be written and has room.", e);

    /// <summary>Returns the sentence that says why standard output cannot be written.</summary>
    internal static string OutputSentence(Exception e) => $"Cannot write standard output: {Reason(e)}; send it to a place that takes it.";

    /// <summary>Returns true if the other end of a pipe is closed.</summary>
    internal static bool IsBrokenPipe(Exception e) =>
        e is IOException && e.HResult == (OperatingSystem.IsWindows() ? BrokenPipeOnWindows : BrokenPipeOnUnix);

    /// <summary>Returns true if a file grows beyond what its file system, or a limit of the process, allows.</summary>
    // The core library takes the system's EFBIG for an argument that is out of range.
    private static bool IsTooLarge(Exception e) =>
        e is ArgumentOutOfRangeException { ParamName: "value", TargetSite.DeclaringType.Namespace: "System.IO" or "System.IO.Strategies" };

    /// <summary>Returns what went wrong, as a part of a sentence.</summary>
    private static string Reason(Exception e) => e switch
    {
        _ when IsTooLarge(e) => "the file is larger than its file system takes",
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "access is denied",
        { HResult: DiskFullOnUnix or DiskFullOnWindows } => "the disk is full",
        _ => e.Message.TrimEnd('.'),
    };
}
