namespace Homer.Engine.Files;

/// <summary>
/// A folder whose files belong together, written completely or not at all: it is created, or was there and is empty. Unless all is
/// committed, what was written is deleted, and the folder with it if it is new.
/// </summary>
internal sealed class NewFolder : IDisposable
{
    private readonly string path;
    private readonly string[] files;
    private readonly bool isNew;
    private bool isFinished;

    /// <summary>Creates the folder, or finds it empty.</summary>
    /// <param name="path">The path of the folder; the folder that it is in must exist.</param>
    /// <param name="names">The names of the files that may be written into it.</param>
    /// <exception cref="HomerException">There is a file of that name, or the folder is not empty or cannot be created.</exception>
    public NewFolder(string path, params string[] names)
    {
        this.path = Path.TrimEndingDirectorySeparator(FileTrouble.FullPath(path));
        files = [.. names.Select(name => Path.Combine(this.path, name))];
        isNew = FileStatus.Of(this.path).Kind switch
        {
            FileKind.Missing => true,
            FileKind.Folder => false,
            _ => throw new HomerException($"{Quoted.Path(this.path)} is a file; give the path of a new folder."),
        };
        if (isNew)
            Create();
        else
            RequireEmpty();
        foreach (string file in files)
            TemporaryFiles.Add(file);
    }

    /// <summary>Returns the path of one of the files.</summary>
    public string this[string name] => files.First(file => Path.GetFileName(file) == name);

    /// <summary>Keeps what was written.</summary>
    public void Commit() => Finish();

    /// <summary>Deletes what was written unless it was committed.</summary>
    public void Dispose()
    {
        if (isFinished)
            return;
        try
        {
            foreach (string file in files)
                File.Delete(file);
            if (isNew)
                Directory.Delete(path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // The failure that led here says more than this one.
        }

        Finish();
    }

    private void Create()
    {
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            throw new HomerException($"Cannot create the folder {Quoted.Path(path)}: the one that it would be in does not exist.");
        TemporaryFiles.AddFolder(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            TemporaryFiles.Forget(path);
            throw FileTrouble.CannotWrite(path, e);
        }
    }

    private void RequireEmpty()
    {
        foreach (string file in files)
            TemporaryFiles.DeleteStale(file);
        try
        {
            if (!Directory.EnumerateFileSystemEntries(path).Any())
                return;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotList(path, e);
        }

        throw new HomerException($"The folder {Quoted.Path(path)} is not empty; give the path of a new folder, or of an empty one.");
    }

    private void Finish()
    {
        isFinished = true;
        foreach (string file in files)
            TemporaryFiles.Forget(file);
        TemporaryFiles.Forget(path);
    }
}
