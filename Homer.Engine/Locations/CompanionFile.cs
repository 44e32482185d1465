using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>Finds files of Homer's own that belong to a model.</summary>
internal static class CompanionFile
{
    /// <summary>
    /// Returns the path of a file: that in the model's folder; for a GGUF file <c>NAME.gguf</c>, or the parts of one, that beside it which
    /// is called <c>NAME.</c> and the file's name. Null where there is none.
    /// </summary>
    /// <param name="model">The model's folder or GGUF file.</param>
    /// <param name="name">The name of the file.</param>
    public static string? Of(string model, string name)
    {
        string path = Path.Combine(model, name);
        if (File.Exists(model))
        {
            string file = Path.GetFileName(model), stem = PartName.Of(file)?.Prefix ?? Path.GetFileNameWithoutExtension(file);
            path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, $"{stem}.{name}");
        }

        return File.Exists(path) ? path : null;
    }
}
