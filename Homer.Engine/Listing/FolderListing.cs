using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine.Listing;

/// <summary>The models in a folder and those below it, caches of the Hugging Face hub among them.</summary>
internal static class FolderListing
{
    private const int MostDepth = 6;
    private const int MostFolders = 50_000;
    private const string AdapterName = "adapter_config.json";
    private const string ConfigName = "config.json";

    private static readonly string[] ConfigWords = ["\"model_type\"", "\"architectures\""];

    /// <summary>
    /// Returns what looks like a model. Links are followed, each folder once; folders whose names begin with a dot are not searched.
    /// </summary>
    /// <param name="path">The folder, or the file of a model.</param>
    public static IEnumerable<ModelCandidate> In(string path) =>
        File.Exists(path) ? [new(path, path)] : In(path, 0, [FileStatus.Of(path).Identity ?? path]);

    private static IEnumerable<ModelCandidate> In(string folder, int depth, HashSet<string> seen)
    {
        string[] files = [], folders = [];
        ModelCandidate? unreadable = null;
        try
        {
            files = FolderContent.Files(folder);
            folders = FolderContent.Folders(folder);
        }
        catch (HomerException e)
        {
            unreadable = new(folder, folder) { Refusal = e.Message };
        }

        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }

        if (IsModel(folder, files))
            yield return new(folder, folder);
        foreach (string file in GgufGroups.Of(files))
            yield return new(Path.Combine(folder, file), Path.Combine(folder, file));
        foreach (ModelCandidate found in HubListing.In(new HubCache(folder), isSearched: false))
            yield return found;
        if (depth == MostDepth)
            yield break;
        foreach (string name in folders.Where(name => name[0] != '.' && HubCache.RepositoryOf(name) is null))
        {
            string inner = Path.Combine(folder, name);
            if (seen.Count >= MostFolders || !seen.Add(FileStatus.Of(inner).Identity ?? inner))
                continue;
            foreach (ModelCandidate found in In(inner, depth + 1, seen))
                yield return found;
        }
    }

    // Many programs have a config.json; those of models name a type.
    private static bool IsModel(string folder, string[] files) =>
        files.Any(file => file == AdapterName || (file.StartsWith("model", StringComparison.Ordinal) && HubRepository.IsWeights(file)))
        || (files.Contains(ConfigName) && ConfigWords.Any(word => FileBeginning.Holds(Path.Combine(folder, ConfigName), word)));
}
