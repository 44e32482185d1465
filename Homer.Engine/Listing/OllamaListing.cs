using Homer.Engine.Locations;

namespace Homer.Engine.Listing;

/// <summary>The models that Ollama fetched.</summary>
internal static class OllamaListing
{
    /// <summary>Returns what looks like a model.</summary>
    public static IEnumerable<ModelCandidate> In(OllamaStore store)
    {
        foreach ((string name, string manifest) in store.Models)
        {
            ModelCandidate found;
            try
            {
                found = new(name, store.FileOf(manifest));
            }
            catch (HomerException e)
            {
                found = new(name, manifest) { Refusal = e.Message };
            }

            yield return found;
        }
    }
}
