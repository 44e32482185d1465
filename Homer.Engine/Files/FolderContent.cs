namespace Homer.Engine.Files;

/// <summary>Lists what a folder holds, by names in ordinal order.</summary>
internal static class FolderContent
{
    /// <summary>Returns the names of the folders in a folder, links to folders included; none where there is no such folder.</summary>
    /// <exception cref="HomerException">The folder cannot be read.</exception>
    public static string[] Folders(string folder) => Names(folder, Directory.GetDirectories);

    /// <summary>
    /// Returns the names of the files in a folder, links included, also those to files that are not there; none where there is no such
    /// folder.
    /// </summary>
    /// <exception cref="HomerException">The folder cannot be read.</exception>
    public static string[] Files(string folder) => Names(folder, Directory.GetFiles);

    private static string[] Names(string folder, Func<string, string[]> list)
    {
        if (!Directory.Exists(folder))
            return [];
        try
        {
            return [.. list(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotList(folder, e);
        }
    }
}
