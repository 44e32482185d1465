using System.Text.Json;
using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine.Weights;

/// <summary>Recognizes folders in the place of a model's.</summary>
internal static class ForeignFolder
{
    private const string AdapterName = "adapter_config.json";

    /// <summary>
    /// Returns what a folder is that lacks a model's files, and what to give in its place, as the end of a sentence without its full stop;
    /// null where it cannot be told.
    /// </summary>
    internal static string? Describe(string folder)
    {
        string[] names = NamesIn(folder);
        if (names.Contains(AdapterName))
            return $": it is an adapter{Base(Path.Combine(folder, AdapterName))}; merge the two, and give the folder of the result";
        if (Snapshot(folder, names) is { } snapshot)
            return HubCache(snapshot);
        if (OfRoot(folder, names) is { } cached)
            return HubCache($"the folder of a model in it, such as {cached}");
        if (names.FirstOrDefault(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) is { } gguf)
            return $": it holds GGUF files; give the file, such as --model {Quoted.Path(Path.Combine(folder, gguf))}";
        if (names.FirstOrDefault(IsCheckpoint) is { } checkpoint)
            return $": it holds a PyTorch checkpoint ({Quoted.Text(checkpoint)}); download the model's safetensors files, "
                + "or convert it to them";
        if (names.FirstOrDefault(IsForeign) is { } foreign)
            return $": it holds a model in another format ({Quoted.Text(foreign)}); download its files in Hugging Face layout";
        if (names.FirstOrDefault(name => name.EndsWith(".incomplete", StringComparison.Ordinal)) is { } unfinished)
            return $": its download is not finished ({Quoted.Text(unfinished)}); download the model again";
        if (names.Any(IsTokenizer) && !names.Any(name => name.EndsWith(".safetensors", StringComparison.Ordinal)))
            return ": it holds a tokenizer and no weights; download the model's config.json and its safetensors files, too";
        return names.FirstOrDefault(name => File.Exists(Path.Combine(folder, name, "config.json"))) is { } inner
            ? $"; give the folder in it that has one, such as {Quoted.Path(Path.Combine(folder, inner))}"
            : null;
    }

    /// <summary>Returns whether a file holds weights as PyTorch saves them.</summary>
    private static bool IsCheckpoint(string name) =>
        Path.GetExtension(name) is ".pth" or ".pt" or ".ckpt"
        || (name.EndsWith(".bin", StringComparison.Ordinal) && name.Contains("model", StringComparison.Ordinal));

    /// <summary>Returns whether a file is that of a tokenizer.</summary>
    private static bool IsTokenizer(string name) => name is "tokenizer.json" or "tokenizer.model" or "vocab.json";

    /// <summary>Returns whether a file holds weights in the layout of another program.</summary>
    private static bool IsForeign(string name) =>
        Path.GetExtension(name) is ".onnx" or ".h5" or ".msgpack" or ".tflite"
        || (name.StartsWith("consolidated", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal));

    /// <summary>Returns the snapshot to give in place of the root of a hub's cache, or of the folder around it; null for another.</summary>
    private static string? OfRoot(string folder, string[] names)
    {
        if (names.Contains("hub"))
            return OfRoot(Path.Combine(folder, "hub"), NamesIn(Path.Combine(folder, "hub")));
        if (names.FirstOrDefault(name => name.StartsWith("models--", StringComparison.Ordinal)) is not { } cached)
            return null;
        string model = Path.Combine(folder, cached);
        return Snapshot(model, NamesIn(model)) ?? Quoted.Path(model);
    }

    private static string[] NamesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
        : [];

    private static string HubCache(string instead) => $": it is a cache of the Hugging Face hub; give {instead}";

    /// <summary>Returns the snapshot to give in place of the root of a model in a hub's cache; null for another folder.</summary>
    private static string? Snapshot(string folder, string[] names)
    {
        if (!names.Contains(HubRepository.SnapshotsName))
            return null;
        var repository = new HubRepository(Path.GetFileName(folder), folder);
        string[] snapshots = [.. repository.Commits.Select(repository.PathOf)];
        if (snapshots.Length == 0)
            return "a folder in its snapshots; there is none yet, so download the model";
        try
        {
            return Quoted.Path(repository.Snapshot());
        }
        catch (HomerException)
        {
            return Quoted.Path(snapshots.MaxBy(Directory.GetLastWriteTimeUtc)!);
        }
    }

    private static string Base(string adapter) => JsonFile.Read(adapter, json =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("base_model_name_or_path", out JsonElement name)
        && name.ValueKind == JsonValueKind.String
            ? $" for the model {Quoted.Text(name.GetString()!)}"
            : " for another model");
}
