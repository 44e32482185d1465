using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Homer.Engine.Files;

/// <summary>
/// A whole file mapped into memory, read-only, whose pages the operating system loads when they are first touched; or memory that is used
/// in the place of one.
/// </summary>
internal sealed unsafe class FileMapping : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    private FileMapping(MemoryMappedFile file, long length, MemoryMappedFileAccess access)
    {
        this.file = file;
        Length = length;
        view = file.CreateViewAccessor(0, length, access);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <summary>The size of the file in bytes, at least 1.</summary>
    internal long Length { get; }

    /// <summary>Whether no file stands behind the memory.</summary>
    internal bool IsInMemory { get; private init; }

    /// <summary>The first byte; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The mapping was disposed of.</exception>
    internal byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(start == null, this);
            return start;
        }
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="HomerException">The file is missing, unreadable, empty or a folder.</exception>
    internal static FileMapping Open(string path)
    {
        if (Directory.Exists(path)) throw new HomerException($"'{path}' is a folder; give the path of a file in it.");
        FileStatus.RequireFile(path);
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            if (length == 0) throw new HomerException($"'{path}' is empty; download or export it again.");
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                handle, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return Map(file, length, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    /// <summary>Allocates writable memory, filled with zeros, that no file stands behind.</summary>
    internal static FileMapping InMemory(long length) =>
        Map(MemoryMappedFile.CreateNew(mapName: null, length), length, MemoryMappedFileAccess.ReadWrite);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (start == null) return;
        start = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private static FileMapping Map(MemoryMappedFile file, long length, MemoryMappedFileAccess access)
    {
        try
        {
            return new FileMapping(file, length, access) { IsInMemory = access == MemoryMappedFileAccess.ReadWrite };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
