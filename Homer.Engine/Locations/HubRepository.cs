using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>
/// A repository in a hub's cache. <c>refs/main</c> holds the commit of the main branch, <c>snapshots/COMMIT</c> its files, as links into
/// <c>blobs</c> or, on Windows, as files. What a file is, is said by the link's name: blobs are named by hashes. Links may lead anywhere,
/// since users make such ones; what refs hold is a single name, or is refused.
/// </summary>
/// <param name="Name">The name of the repository.</param>
/// <param name="Folder">Its folder in the cache.</param>
internal sealed record HubRepository(string Name, string Folder)
{
    /// <summary>The name of the folder of all snapshots.</summary>
    public const string SnapshotsName = "snapshots";

    private const string RefsName = "refs";
    private const string MainBranch = "main";
    private const int MostRefBytes = 1024;
    private const int MostNamed = 8;
    private const int MostDepth = 4;

    // Fewer digits of a commit are more likely a mistake.
    private const int FewestDigits = 4;

    private string Fetch => $"fetch it with hf download {Name}";

    /// <summary>The commits of which there are snapshots, in ordinal order.</summary>
    public string[] Commits => [.. FolderContent.Folders(Path.Combine(Folder, SnapshotsName)).Where(HubName.IsPlain)];

    /// <summary>Returns the folder of a snapshot.</summary>
    /// <param name="revision">A commit, its first digits, a branch or a tag; null for the main branch, or the only snapshot.</param>
    /// <exception cref="HomerException">There is no such snapshot, or it cannot be told which is meant.</exception>
    public string Snapshot(string? revision = null)
    {
        string[] commits = Commits;
        if (commits.Length == 0)
            throw new HomerException($"{Quoted.Path(Folder)} holds no snapshot: {Name} was not downloaded to its end; {Fetch}.");
        return PathOf(revision is null ? Current(commits) : Named(revision, commits));
    }

    /// <summary>Returns the folder of a snapshot.</summary>
    public string PathOf(string commit) => Path.Combine(Folder, SnapshotsName, commit);

    /// <summary>Returns the path of what a name means: the snapshot's folder, or a GGUF file in it.</summary>
    /// <exception cref="HomerException">There is no such file or snapshot, or it cannot be told which file is meant.</exception>
    public string Find(HubName name)
    {
        string snapshot = Snapshot(name.Revision);
        string[] files = FilesIn(snapshot);
        string[] groups = GgufGroups.Of(files);
        if (name.File is { } file)
        {
            string path = Path.Combine(snapshot, file);
            bool isThere = Path.Exists(path) || groups.Contains(file);
            return isThere ? path : throw NotAmong(Quoted.Text(file), groups);
        }

        if (name.Type is null && (groups.Length == 0 || files.Any(IsWeights)))
            return snapshot;
        string[] models = GgufGroups.WithoutCompanions(groups);
        if (name.Type is { } type)
        {
            models = Array.FindAll(models, model => GgufGroups.IsOfType(model, type));
            if (models.Length == 0)
                throw NotAmong($"GGUF file of type {Quoted.Text(type)}", groups);
        }

        return models is [var only] ? Path.Combine(snapshot, only) : throw new HomerException(
            $"{Name} holds {models.Length} GGUF files{(name.Type is null ? "" : " of that type")} ({Listed(models)}); give one of them, "
            + $"such as {name with { File = models[0], Type = null }}.");
    }

    /// <summary>Returns the paths of all files below a snapshot, relative to it and with slashes.</summary>
    public static string[] FilesIn(string snapshot, string below = "", int depth = 0)
    {
        string folder = Path.Combine(snapshot, below);
        IEnumerable<string> files = FolderContent.Files(folder).Select(name => below + name);
        return depth == MostDepth ? [.. files] :
        [
            .. files,
            .. FolderContent.Folders(folder).Where(name => name[0] != '.' && !IsLink(Path.Combine(folder, name)))
                .SelectMany(name => FilesIn(snapshot, $"{below}{name}/", depth + 1)),
        ];
    }

    /// <summary>
    /// Returns whether a file makes its folder a model in Hugging Face layout; repositories of GGUF files often have a config.json too.
    /// </summary>
    public static bool IsWeights(string file) => !file.Contains('/', StringComparison.Ordinal)
        && (file.EndsWith(".safetensors", StringComparison.Ordinal) || file.EndsWith(".safetensors.index.json", StringComparison.Ordinal));

    // The hub's programs make links to files alone; one to a folder could lead round in a circle.
    private static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;

    private static string Listed(string[] names) =>
        string.Join(", ", names.Take(MostNamed).Select(Quoted.Word)) + (names.Length > MostNamed ? " …" : "");

    private HomerException NotAmong(string what, string[] groups) => new(
        $"{Name} has no {what} in the cache {Quoted.Path(Folder)}, where "
        + (groups.Length == 0 ? "no GGUF file was downloaded" : $"{Listed(groups)} {(groups.Length == 1 ? "is" : "are")}") + $"; {Fetch}.");

    private string Current(string[] commits)
    {
        string there = $"give one that is there, such as {Name}@{commits[0]}";
        if (Ref(MainBranch) is { } main)
        {
            return commits.Contains(main) ? main : throw new HomerException(
                $"{Quoted.Path(Folder)}: refs/main names the snapshot {Quoted.Text(main)}, which was not downloaded; {Fetch}, or "
                + $"{there}.");
        }

        return commits is [var only] ? only : throw new HomerException(
            $"{Quoted.Path(Folder)} holds {commits.Length} snapshots and no refs/main that says which is meant; {there}.");
    }

    private string Named(string revision, string[] commits)
    {
        if (commits.Contains(revision))
            return revision;
        if (Ref(revision) is { } commit && commits.Contains(commit))
            return commit;
        string[] begun = Array.FindAll(
            commits, name => revision.Length >= FewestDigits && name.StartsWith(revision, StringComparison.OrdinalIgnoreCase));
        return begun is [var only] ? only : throw new HomerException(
            $"{Quoted.Path(Folder)} has {(begun.Length == 0 ? "no snapshot" : $"{begun.Length} snapshots")} of revision "
            + $"{Quoted.Text(revision)}; give one of {Listed(commits)}, or {Fetch} --revision {Quoted.Word(revision)}.");
    }

    /// <summary>Returns the commit that a branch or tag is at; null where there is no such one.</summary>
    private string? Ref(string revision)
    {
        string path = Path.Combine([Folder, RefsName, .. revision.Split('/')]);
        if (!File.Exists(path))
            return null;
        FileStatus.RequireFile(path);
        string commit = Encoding.UTF8.GetString(FileContent.Read(path, MostRefBytes)).Trim();
        return HubName.IsPlain(commit) ? commit : throw new HomerException(
            $"{Quoted.Path(path)} holds {Quoted.Text(commit)}, which is not the name of a snapshot; {Fetch} again.");
    }
}
