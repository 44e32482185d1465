using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine.Listing;

/// <summary>A place where models may lie.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Path">Its folder, which need not exist, or a file.</param>
/// <param name="Candidates">What looks like a model in it.</param>
internal sealed record ModelPlace(string Name, string Path, IEnumerable<ModelCandidate> Candidates)
{
    /// <summary>Returns the places where programs keep what their users fetched.</summary>
    public static IEnumerable<ModelPlace> Known(UserEnvironment user)
    {
        HubCache cache = HubCache.Of(user);
        yield return new("Hugging Face cache", cache.Root, HubListing.In(cache, isSearched: true));
        OllamaStore ollama = OllamaStore.Of(user);
        yield return new("Ollama", ollama.Root, OllamaListing.In(ollama));
        foreach (string folder in new[] { user.Below(".lmstudio", "models"), user.Below(".cache", "lm-studio", "models") })
            yield return new("LM Studio", folder, FolderListing.In(folder));
    }

    /// <summary>Returns the place that somebody names: a folder, which is searched with those below it, or a model.</summary>
    /// <exception cref="HomerException">There is no such place.</exception>
    public static ModelPlace Given(string path, UserEnvironment user)
    {
        string found = ModelPath.Resolve(path, user);
        return System.IO.Path.Exists(found)
            ? new("folder", found, FolderListing.In(found))
            : throw new HomerException($"There is no folder {Quoted.Path(path)}; give one that holds models.");
    }
}
