using Microsoft.Win32.SafeHandles;

namespace Homer.Engine.Files;

/// <summary>The standard streams of the process.</summary>
internal static class StandardStreams
{
    private const int Output = 1;
    private const int LastDescriptor = 2;

    // POLLERR: the other end of the pipe is closed.
    private const short HasNoReader = 8;

    private static readonly List<SafeFileHandle> Occupied = [];

    /// <summary>
    /// Keeps the numbers of standard streams that are closed from being given to files that are opened later, which would then receive what
    /// is meant for the terminal. Writing to them stays an error.
    /// </summary>
    public static void Occupy()
    {
        while (!OperatingSystem.IsWindows())
        {
            SafeFileHandle handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (handle.DangerousGetHandle() > LastDescriptor)
            {
                handle.Dispose();
                return;
            }

            Occupied.Add(handle);
        }
    }

    /// <summary>
    /// Finds out whether standard output can still be written, before a document is read in vain; does not wait.
    /// </summary>
    /// <exception cref="StandardOutputException">Its reader has ended, or it was closed when the process began.</exception>
    public static void RequireOutput()
    {
        if (OperatingSystem.IsWindows())
            return;
        StandardOutputStream.RequireOpen();
        var descriptor = new LibC.Descriptor { Number = Output };
        if (LibC.Poll(ref descriptor, 1, 0) > 0 && (descriptor.Happened & HasNoReader) != 0)
            throw new StandardOutputException(null, new IOException("The reader of standard output has ended."));
    }
}
