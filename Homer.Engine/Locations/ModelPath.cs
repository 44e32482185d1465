namespace Homer.Engine.Locations;

/// <summary>
/// Finds where a model lies that is given as a path or by its name in the Hugging Face hub. Everything that opens a model asks here.
/// </summary>
internal static class ModelPath
{
    /// <summary>
    /// Returns the folder or file of a model. What is there under the given path wins over a name in the hub's cache, and that over one of
    /// Ollama's.
    /// </summary>
    /// <param name="model">
    /// A folder, a GGUF file, or a name, such as <c>ORG/NAME</c> (<see cref="HubName"/> says what it may hold) or <c>llama3.2:1b</c>.
    /// </param>
    /// <param name="user">Whose cache; null for that of the environment.</param>
    /// <returns>The path; that which was given where it can be no name, so that opening it says what is wrong.</returns>
    /// <exception cref="HomerException">The cache has no such model, or not all of it.</exception>
    public static string Resolve(string model, UserEnvironment? user = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Path.Exists(model) || HubName.Of(model) is not { } name)
            return model;
        user ??= UserEnvironment.Current;
        HubCache cache = HubCache.Of(user);
        if (cache.Find(name.Repository) is { } repository)
            return repository.Find(name);
        if (OllamaStore.Of(user).Find(model) is { } ofOllama)
            return ofOllama;
        // A missing file is no repository that could be fetched.
        return GgufGroups.Is(model) && name.File is null ? model : throw cache.Missing(model, name.Repository);
    }

    /// <summary>
    /// Returns the name of a model for people: the one in the hub for what lies in its cache, otherwise that of its folder or file.
    /// </summary>
    public static string NameOf(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return HubCache.NameOf(full) ?? Path.GetFileName(full);
    }
}
