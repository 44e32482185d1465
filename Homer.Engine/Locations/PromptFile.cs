namespace Homer.Engine.Locations;

/// <summary>Finds the words around documents and questions that somebody wrote for a model.</summary>
internal static class PromptFile
{
    /// <summary>The name of the file in a model's folder, and beside GGUF files.</summary>
    public const string Name = "homer-prompt.json";

    /// <summary>
    /// Returns the path of the file: that in the model's folder; for a GGUF file <c>NAME.gguf</c> the one beside it that is called
    /// <c>NAME.homer-prompt.json</c>, or else homer-prompt.json. Null where there is none.
    /// </summary>
    public static string? Of(string model) => CompanionFile.Of(model, Name)
        ?? (File.Exists(model) ? CompanionFile.Of(Path.GetDirectoryName(Path.GetFullPath(model))!, Name) : null);
}
