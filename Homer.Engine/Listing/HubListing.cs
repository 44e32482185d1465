using Homer.Engine.Locations;

namespace Homer.Engine.Listing;

/// <summary>
/// The models in a cache of the Hugging Face hub: for each repository the snapshot of its main branch, and others with weights.
/// </summary>
internal static class HubListing
{
    private const int FewestDigits = 8;

    /// <summary>Returns what looks like a model.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="isSearched">Whether it is the cache in which names are looked for; those of another are paths.</param>
    public static IEnumerable<ModelCandidate> In(HubCache cache, bool isSearched) =>
        cache.Names.SelectMany(name => In(cache.Find(name)!, isSearched));

    private static List<ModelCandidate> In(HubRepository repository, bool isSearched)
    {
        var found = new List<ModelCandidate>();
        try
        {
            AddAll(repository, isSearched, found);
        }
        catch (HomerException e)
        {
            found.Add(new(isSearched ? repository.Name : repository.Folder, repository.Folder) { Refusal = e.Message });
        }

        return found;
    }

    private static void AddAll(HubRepository repository, bool isSearched, List<ModelCandidate> found)
    {
        HomerException? trouble = null;
        string? main = null;
        try
        {
            main = Path.GetFileName(repository.Snapshot());
        }
        catch (HomerException e)
        {
            trouble = e;
        }

        // What several snapshots share is found under the simplest name.
        foreach (string commit in repository.Commits.OrderByDescending(commit => commit == main))
            AddSnapshot(repository, commit, commit == main, isSearched, found);
        if (trouble is not null)
            throw trouble;
    }

    // As few digits as tell it from the others.
    private static string Begin(string commit, string[] all)
    {
        int digits = Math.Min(FewestDigits, commit.Length);
        while (digits < commit.Length && all.Count(other => other.AsSpan().StartsWith(commit.AsSpan(0, digits))) > 1)
            digits++;
        return commit[..digits];
    }

    private static void AddSnapshot(HubRepository repository, string commit, bool isMain, bool isSearched, List<ModelCandidate> found)
    {
        string snapshot = repository.PathOf(commit);
        string[] files = HubRepository.FilesIn(snapshot), groups = GgufGroups.Of(files);
        bool hasWeights = files.Any(HubRepository.IsWeights);
        // Of older snapshots a few small files may be left.
        if (hasWeights || (isMain && groups.Length == 0))
            Add(null, snapshot);
        string? alone = !hasWeights && GgufGroups.WithoutCompanions(groups) is [var only] ? only : null;
        foreach (string group in groups)
            Add(group == alone ? null : group, Path.Combine(snapshot, group));

        void Add(string? file, string path)
        {
            var name = new HubName(repository.Name, file, isMain ? null : Begin(commit, repository.Commits), null);
            bool isName = isSearched && HubName.Of(name.ToString()) == name && !Path.Exists(name.ToString());
            found.Add(new(isName ? name.ToString() : path, path));
        }
    }
}
