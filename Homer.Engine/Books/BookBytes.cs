using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Homer.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace Homer.Engine.Books;

/// <summary>The bytes of a file that may be hostile: nothing is allocated beyond what the file has. Thread safe.</summary>
internal sealed class BookBytes : IDisposable
{
    private readonly SafeFileHandle handle;

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="HomerException">The file cannot be read.</exception>
    public BookBytes(string path)
    {
        Path = path;
        if (Directory.Exists(path))
            throw new HomerException($"{Quoted.Path(path)} is a folder; give a file.");
        FileStatus.RequireFile(path);
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Length = RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is ArgumentException)
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    /// <summary>Reads a file that is open already, and that is not owned.</summary>
    public BookBytes(string path, FileStream stream) => (Path, handle, Length) = (path, stream.SafeFileHandle, stream.Length);

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The size of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>Reads bytes.</summary>
    /// <exception cref="InvalidDataException">The file does not have them.</exception>
    public byte[] Read(long offset, long count) => Read<byte>(offset, count);

    /// <summary>Reads elements.</summary>
    /// <exception cref="InvalidDataException">The file does not have them.</exception>
    public T[] Read<T>(long offset, long count)
        where T : unmanaged
    {
        if (offset < 0 || count < 0 || count > int.MaxValue || count * Unsafe.SizeOf<T>() > Length - offset)
            throw new InvalidDataException("it is cut");
        var elements = new T[count];
        Read(offset, MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    /// <summary>Reads bytes into memory.</summary>
    /// <exception cref="InvalidDataException">The file does not have them.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                int count = RandomAccess.Read(handle, bytes, offset);
                if (count == 0)
                    throw new InvalidDataException("it is cut");
                bytes = bytes[count..];
                offset += count;
            }
        }
        catch (Exception e) when (FileTrouble.Is(e) && e is not InvalidDataException)
        {
            throw FileTrouble.CannotRead(Path, e);
        }
    }

    /// <summary>Reads bytes block by block, and hashes them.</summary>
    public void Each(long offset, long count, IncrementalHash hash, Action<ReadOnlyMemory<byte>> take)
    {
        var block = new byte[(int)Math.Min(count, 1 << 20)];
        for (long done = 0; done < count;)
        {
            int some = (int)Math.Min(block.Length, count - done);
            Read(offset + done, block.AsSpan(0, some));
            hash.AppendData(block, 0, some);
            take(block.AsMemory(0, some));
            done += some;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
