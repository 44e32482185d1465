namespace Homer.Engine.Files;

/// <summary>
/// Writes a file completely or not at all: a temporary file in the same folder is filled, flushed to the disk and renamed over
/// <see cref="Path"/>. On any failure the temporary file is deleted and an older file is untouched.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string temporary;
    private bool committed;

    /// <summary>Creates the temporary file.</summary>
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

    /// <summary>The path of the file to be written.</summary>
    internal string Path { get; }

    /// <summary>The stream that fills the temporary file.</summary>
    internal FileStream Stream { get; }

    /// <summary>Writes a file whose content <paramref name="write"/> produces.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        file.Do(write);
        file.Commit();
    }

    /// <summary>Writes a part of the file by a function.</summary>
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

    /// <summary>Writes bytes to the file.</summary>
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

    /// <summary>Flushes the complete file and renames it to its path.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal void Commit() => Do(_ =>
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(temporary, Path, overwrite: true);
        committed = true;
    });

    /// <summary>Deletes the temporary file unless it was committed.</summary>
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
