namespace Homer.Engine.Weights;

/// <summary>Writes a file completely or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file in the same folder, flushes it to the disk and renames it over
    /// <paramref name="path"/>. If anything fails, the temporary file is deleted and the old file is as it was.
    /// </summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        path = FileTrouble.FullPath(path);
        if (Directory.Exists(path)) throw new HomerException($"Cannot write '{path}': it is a folder; give the path of a file in it.");
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (FileTrouble.Is(e)) throw FileTrouble.CannotWrite(path, e);
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // The failure that led here says more than this one.
        }
    }
}
