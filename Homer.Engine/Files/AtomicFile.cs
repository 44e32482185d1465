
namespace Homer.Engine.Files;

/// <summary>
/// Writes a file completely or not at all: a temporary file in the same folder is filled, flushed to the disk and renamed over
/// <see cref="Path"/>. If that does not happen, the temporary file is deleted and the old file is as it was.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string temporary;
    private bool committed;

    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal AtomicFile(string path)
    {
        Path = FileTrouble.FullPath(path);
        if (Directory.Exists(Path)) throw new HomerException($"Cannot write '{Path}': it is a folder; give the path of a file in it.");
        temporary = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, $".{System.IO.Path.GetRandomFileName()}.tmp");
        try
        {
            Stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path, e);
        }
    }

    /// <summary>The file that will be there.</summary>
    internal string Path { get; }

    /// <summary>What it will hold.</summary>
    internal FileStream Stream { get; }

    /// <summary>Lets <paramref name="write"/> fill a file.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        file.Do(write);
        file.Commit();
    }

    /// <summary>Writes a part of it.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal void Do(Action<Stream> write)
    {
        try
        {
            write(Stream);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path, e);
        }
    }

    /// <summary>Writes some bytes.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Stream.Write(bytes);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotWrite(Path, e);
        }
    }

    /// <summary>Puts the complete file in its place.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal void Commit() => Do(_ =>
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(temporary, Path, overwrite: true);
        committed = true;
    });

    /// <summary>Deletes what was not put in its place.</summary>
    public void Dispose()
    {
        if (committed) return;
        committed = true;
        try
        {
            try
            {
                Stream.Dispose();
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // The failure that led here says more than this one.
        }
    }
}
