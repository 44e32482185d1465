namespace Homer.Engine.Files;

/// <summary>
/// Writes a file completely or not at all: a temporary file in the same folder is filled, flushed to the disk and renamed over the file,
/// whose mode and owner it takes. On any failure the temporary file is deleted and an older file is untouched. Through a link, the link's
/// target is replaced. Devices and pipes, which cannot be replaced, are written to directly.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private const UnixFileMode NewFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly OutputTarget target;

    // Null for what is written to directly.
    private readonly string? temporary;
    private readonly bool ownerOnly;
    private bool committed;

    /// <summary>Creates the temporary file.</summary>
    /// <param name="path">The path of the file to be written.</param>
    /// <param name="ownerOnly">Whether the owner alone may read the file, whatever the mode of an older one.</param>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal AtomicFile(string path, bool ownerOnly = false)
    {
        this.ownerOnly = ownerOnly;
        Path = FileTrouble.FullPath(path);
        target = OutputTarget.Of(Path);
        if (!target.IsFile)
        {
            Stream = target.OpenDirectly();
            return;
        }

        temporary = TemporaryFiles.Create(target.Path);
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            // At no time can more people read the new file than the old one.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = target.Exists || ownerOnly ? UnixFileMode.UserRead | UnixFileMode.UserWrite : NewFileMode;
            Stream = new FileStream(temporary, options);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            TemporaryFiles.Forget(temporary);
            throw FileTrouble.CannotWrite(Path, e);
        }
    }

    /// <summary>The path of the file to be written.</summary>
    internal string Path { get; }

    /// <summary>The stream that fills the temporary file, or that writes to the device.</summary>
    internal Stream Stream { get; }

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
        if (Stream is FileStream file)
            file.Flush(flushToDisk: true);
        else
            Stream.Flush();
        Stream.Dispose();
        if (temporary is not null)
            Replace(temporary);
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
                Delete();
            }
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // The failure that led here says more than this one.
        }
    }

    private void Replace(string finished)
    {
        FileStatus old = FileStatus.Of(target.Path);
        if (old.Kind == FileKind.Regular)
        {
            old.GiveTo(finished);
            if (!OperatingSystem.IsWindows() && !ownerOnly)
                File.SetUnixFileMode(finished, File.GetUnixFileMode(target.Path));
        }

        try
        {
            File.Move(finished, target.Path, overwrite: true);
        }
        catch (Exception e) when (FileTrouble.Is(e) && old.Kind == FileKind.Regular)
        {
            // A file that another file system is mounted on, as containers do, can be filled but not replaced.
            File.Copy(finished, target.Path, overwrite: true);
            Delete();
        }

        TemporaryFiles.Forget(finished);
    }

    private void Delete()
    {
        if (temporary is null)
            return;
        File.Delete(temporary);
        TemporaryFiles.Forget(temporary);
    }
}
