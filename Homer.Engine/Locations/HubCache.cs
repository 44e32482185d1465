using Homer.Engine.Checks;
using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>
/// The cache in which programs keep what they fetched from the Hugging Face hub: a folder <c>models--ORG--NAME</c> for each repository
/// (layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache). Nothing is fetched here.
/// </summary>
/// <param name="Root">The absolute path of the cache.</param>
internal sealed record HubCache(string Root)
{
    private const string Prefix = "models--";
    private const string Separator = "--";
    private const int MostNamed = 3;

    /// <summary>
    /// Returns the cache of a user, by the first variable that is set: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE (its older name), HF_HOME,
    /// XDG_CACHE_HOME (as src/huggingface_hub/constants.py of https://github.com/huggingface/huggingface_hub has it).
    /// </summary>
    public static HubCache Of(UserEnvironment user)
    {
        string root = user.Folder("HF_HUB_CACHE") ?? user.Folder("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(
            user.Folder("HF_HOME") ?? Path.Combine(user.Folder("XDG_CACHE_HOME") ?? user.Below(".cache"), "huggingface"), "hub");
        return new(FileTrouble.FullPath(root));
    }

    /// <summary>Returns the name of the repository that a folder of a cache belongs to; null for another folder.</summary>
    public static string? RepositoryOf(string folder)
    {
        if (!folder.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        string[] parts = folder[Prefix.Length..].Split(Separator);
        return parts.Length <= 2 && Array.TrueForAll(parts, HubName.IsPlain) ? string.Join('/', parts) : null;
    }

    /// <summary>
    /// Returns what a file or folder in a snapshot of a cache is called: the repository, and the path in it; null for any other place.
    /// </summary>
    public static string? NameOf(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int at = Array.FindLastIndex(parts, part => part == HubRepository.SnapshotsName);
        return at > 0 && parts.Length > at + 1 && RepositoryOf(parts[at - 1]) is { } repository
            ? string.Join('/', [repository, .. parts[(at + 2)..].Where(part => part.Length > 0)])
            : null;
    }

    /// <summary>The names of the repositories that the cache holds, in ordinal order; none where there is no cache.</summary>
    public string[] Names =>
        [.. FolderContent.Folders(Root).Select(RepositoryOf).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Returns a repository of the cache; null where the cache does not have it.</summary>
    public HubRepository? Find(string repository)
    {
        string folder = Path.Combine(Root, Prefix + repository.Replace("/", Separator, StringComparison.Ordinal));
        return Directory.Exists(folder) ? new(repository, folder) : null;
    }

    /// <summary>Returns the sentence about a repository that the cache does not have: where it was looked for, and what to do.</summary>
    public HomerException Missing(string model, string repository)
    {
        string where = Directory.Exists(Root)
            ? $"the Hugging Face cache {Quoted.Path(Root)} has no such model"
            : $"there is no Hugging Face cache {Quoted.Path(Root)} to look for it in";
        string[] near = [.. Near(repository).Take(MostNamed)];
        string meant = near.Length > 0 ? $"; did you mean {string.Join(" or ", near)}? If not, " : "; ";
        return new($"{Quoted.Text(model)} is not a folder, and {where}{meant}download it with hf download {repository}, or give a model "
            + "folder or a GGUF file.");
    }

    private IEnumerable<string> Near(string repository)
    {
        string typed = Simple(repository);
        string[] names = Names;
        IEnumerable<string> sameModel = names.Where(name => Simple(name) == typed);
        IEnumerable<string> near = Nearest.AllTo(repository.ToLowerInvariant(), names.Select(name => name.ToLowerInvariant()))
            .SelectMany(lower => names.Where(name => name.Equals(lower, StringComparison.OrdinalIgnoreCase)));
        IEnumerable<string> longer = names.Where(name => typed.Length > 2 && Simple(name).Contains(typed, StringComparison.Ordinal));
        return sameModel.Concat(near).Concat(longer).Distinct();
    }

    // The name without whom it is of.
    private static string Simple(string repository) => repository.Split('/')[^1].ToLowerInvariant();
}
