using Microsoft.Win32.SafeHandles;

namespace Homer.Engine.Files;

/// <summary>The standard streams of the process.</summary>
internal static class StandardStreams
{
    private const int LastDescriptor = 2;

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
}
