using System.Text.Json;

namespace Homer.Engine.Files;

/// <summary>Reads the JSON files of a model folder, and others as small.</summary>
internal static class JsonFile
{
    // The largest real ones are tokenizers, with some thirty million bytes.
    private const int MostBytes = 128 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Converts the value.</param>
    /// <exception cref="HomerException">The file cannot be read, is another kind of file, or is not valid JSON.</exception>
    internal static T Read<T>(string path, Func<JsonElement, T> read)
    {
        FileStatus.RequireFile(path);
        return Parse(path, FileContent.Read(path, MostBytes), read);
    }

    /// <summary>Reads the content of a file, or of standard input.</summary>
    /// <param name="path">The name for messages.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="read">Converts the value.</param>
    /// <param name="remedy">What to do about content that is not valid.</param>
    /// <exception cref="HomerException">The content is another kind of file, or not valid JSON.</exception>
    internal static T Parse<T>(string path, byte[] bytes, Func<JsonElement, T> read, string remedy = "download it again")
    {
        if (ForeignFile.AsModelFile(bytes) is { } foreign)
            throw foreign.Refusal(path, "a JSON file");
        return StrictJson.Read(
            bytes, "content",
            json =>
            {
                StrictJson.RequireUniqueNames(json, Invalid);
                return read(json);
            },
            Invalid);

        HomerException Invalid(string what) => new($"{Quoted.Path(path)} cannot be used: {what}; {remedy}.");
    }
}
