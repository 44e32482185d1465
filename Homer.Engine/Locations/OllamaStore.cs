using System.Text.Json;
using System.Text.RegularExpressions;
using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>
/// The models that Ollama fetched: <c>manifests/HOST/NAMESPACE/NAME/TAG</c> are JSON files whose layers are named by digests, and
/// <c>blobs/sha256-…</c> the layers, of which one is a GGUF file.
/// </summary>
/// <param name="Root">The folder of both.</param>
internal sealed partial record OllamaStore(string Root)
{
    private const string ManifestsName = "manifests";
    private const string UsualHost = "registry.ollama.ai/library/";
    private const string UsualTag = ":latest";
    private const string ModelLayer = "application/vnd.ollama.image.model";

    // HOST/NAMESPACE/NAME above the tags.
    private const int Levels = 3;

    /// <summary>Returns the store of a user: OLLAMA_MODELS, or that in the home folder.</summary>
    public static OllamaStore Of(UserEnvironment user) =>
        new(FileTrouble.FullPath(user.Folder("OLLAMA_MODELS") ?? user.Below(".ollama", "models")));

    /// <summary>The names of the models, as Ollama has them, and their manifests, in ordinal order.</summary>
    public IEnumerable<(string Name, string Manifest)> Models =>
        Tags("", Levels).Select(tag => (NameOf(tag), Path.Combine(Root, ManifestsName, tag)));

    /// <summary>Returns the GGUF file of a model; null where there is no model of that name.</summary>
    /// <exception cref="HomerException">The manifest is broken, or its file was not downloaded.</exception>
    public string? Find(string name) =>
        Models.FirstOrDefault(model => model.Name == name || model.Name == name + UsualTag).Manifest is { } manifest
            ? FileOf(manifest)
            : null;

    /// <summary>Returns the GGUF file that a manifest names.</summary>
    /// <exception cref="HomerException">The manifest is broken, names no such file, or the file was not downloaded.</exception>
    public string FileOf(string manifest)
    {
        string digest = JsonFile.Read(manifest, json => Digest(json)
            ?? throw new HomerException($"{Quoted.Path(manifest)} names no GGUF file; fetch the model again with ollama pull."));
        string blob = Path.Combine(Root, "blobs", digest.Replace(':', '-'));
        return File.Exists(blob) ? blob : throw new HomerException(
            $"{Quoted.Path(blob)} was not downloaded, which {Quoted.Path(manifest)} names; fetch the model again with ollama pull.");
    }

    private static string? Digest(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("layers", out JsonElement layers)
            || layers.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return layers.EnumerateArray().Where(layer => Text(layer, "mediaType") == ModelLayer)
            .Select(layer => Text(layer, "digest")).FirstOrDefault(digest => digest is not null && DigestPattern().IsMatch(digest));
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    // The usual host is left out, and the last part is the tag.
    private static string NameOf(string tag)
    {
        string name = tag.StartsWith(UsualHost, StringComparison.Ordinal) ? tag[UsualHost.Length..] : tag;
        int at = name.LastIndexOf('/');
        return $"{name[..at]}:{name[(at + 1)..]}";
    }

    private IEnumerable<string> Tags(string below, int levels)
    {
        string folder = Path.Combine(Root, ManifestsName, below);
        return levels == 0
            ? FolderContent.Files(folder).Select(tag => below + tag)
            : FolderContent.Folders(folder).SelectMany(name => Tags($"{below}{name}/", levels - 1));
    }

    [GeneratedRegex(@"^sha256[:-][0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DigestPattern();
}
