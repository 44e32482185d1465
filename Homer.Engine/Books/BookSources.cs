using Homer.Engine.Files;

namespace Homer.Engine.Books;

/// <summary>Finds the files that are read into a book: those that are given, and those of folders, hidden ones excepted.</summary>
internal sealed class BookSources
{
    private readonly SortedDictionary<string, string> found = new(StringComparer.Ordinal);
    private readonly List<SkippedFile> skipped = [];
    private readonly Func<string, bool> isOwn;

    private BookSources(Func<string, bool> isOwn) => this.isOwn = isOwn;

    /// <summary>Finds files.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="isOwn">Returns whether a file in a folder belongs to the book itself, which is passed over.</param>
    /// <returns>The paths by the names that the book has for them, in ordinal order; and what was passed over.</returns>
    public static (SortedDictionary<string, string> Found, List<SkippedFile> Skipped) Find(
        IReadOnlyList<string> paths, Func<string, bool> isOwn)
    {
        var sources = new BookSources(isOwn);
        foreach (string path in paths)
            sources.Add(path, NameOf(path), isGiven: true);
        return (sources.found, sources.skipped);
    }

    private static string NameOf(string path)
    {
        string name = path.Replace(Path.DirectorySeparatorChar, '/');
        while (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..].TrimStart('/');
        return name == "." ? "" : name;
    }

    private void Add(string path, string name, bool isGiven)
    {
        try
        {
            switch (FileStatus.Of(path).Kind)
            {
                case FileKind.Folder when isGiven || !new DirectoryInfo(path).Attributes.HasFlag(FileAttributes.ReparsePoint):
                    AddFolder(path, name.TrimEnd('/'));
                    break;
                case FileKind.Folder:
                    Skip(name, $"{Quoted.Path(path)} is a link to a folder; give that folder itself.");
                    break;
                case FileKind.Regular when !isOwn(path):
                    found.TryAdd(name, path);
                    break;
                case FileKind.Regular:
                    break;
                case FileKind.Missing:
                    Skip(name, BrokenLink.Describe(path) ?? $"There is no file or folder {Quoted.Path(path)}; check the path.");
                    break;
                default:
                    Skip(name, $"{Quoted.Path(path)} is a pipe or a device; give a file.");
                    break;
            }
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is ArgumentException)
        {
            Skip(name, FileTrouble.CannotList(path, e).Message);
        }
    }

    private void AddFolder(string folder, string name)
    {
        foreach (string path in Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            string last = Path.GetFileName(path);
            if (!last.StartsWith('.'))
                Add(path, name.Length > 0 ? $"{name}/{last}" : last, isGiven: false);
        }
    }

    private void Skip(string name, string reason) => skipped.Add(new(name, reason));
}
