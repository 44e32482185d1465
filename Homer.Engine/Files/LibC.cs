using System.Runtime.InteropServices;

namespace Homer.Engine.Files;

/// <summary>The functions of the C library that .NET has no equivalent of.</summary>
internal static unsafe partial class LibC
{
    /// <summary>AT_FDCWD: paths are relative to the working folder.</summary>
    internal const int WorkingFolder = -100;

    /// <summary>STATX_BASIC_STATS.</summary>
    internal const uint BasicFields = 0x7FF;

    /// <summary>statx(2), on Linux only.</summary>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Statx(int folder, string path, int flags, uint fields, out FileFields status);

    /// <summary>chown(2).</summary>
    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Chown(string path, uint user, uint group);

    /// <summary>write(2).</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial nint Write(int file, byte* bytes, nint count);

    /// <summary>poll(2), of one descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int Poll(ref Descriptor descriptor, nuint count, int milliseconds);

    /// <summary>_exit(2): ends the process, whatever its threads do.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial void Exit(int code);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Descriptor
    {
        public int Number;
        public short Wanted;
        public short Happened;
    }

    /// <summary>The members of <c>struct statx</c> that are used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileFields
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
