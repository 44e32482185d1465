using Homer.Engine.Files;

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
    public static string? Of(string model)
    {
        if (!File.Exists(model))
            return Existing(Path.Combine(model, Name));
        string folder = Path.GetDirectoryName(Path.GetFullPath(model))!, file = Path.GetFileName(model);
        string stem = PartName.Of(file)?.Prefix ?? Path.GetFileNameWithoutExtension(file);
        return Existing(Path.Combine(folder, $"{stem}.{Name}")) ?? Existing(Path.Combine(folder, Name));
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
