using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>Where a model lies: a folder in Hugging Face layout, or a GGUF file.</summary>
internal static class ModelFolder
{
    private const string AdapterSettings = "adapter_config.json";

    /// <summary>Returns whether the path is that of a file.</summary>
    public static bool IsFile(string model) => File.Exists(model);

    /// <summary>Refuses a path that is neither a file nor a folder of a model.</summary>
    /// <exception cref="HomerException">There is nothing, or a folder that holds an adapter only.</exception>
    public static void Require(string folder)
    {
        if (IsFile(folder))
            return;
        if (!Directory.Exists(folder))
            throw new HomerException($"{folder} is not a folder; give a model folder in Hugging Face layout, or a GGUF file.");
        RefuseAdapter(folder);
    }

    /// <summary>Refuses a folder that holds what was learned beside a model, and not the model.</summary>
    private static void RefuseAdapter(string folder)
    {
        string settings = Path.Combine(folder, AdapterSettings);
        if (File.Exists(Path.Combine(folder, "config.json")) || !File.Exists(settings))
            return;
        string of = BaseOf(settings) is { } known ? Quoted.Text(known) : "its base model";
        throw new HomerException(
            $"{folder} holds an adapter ({AdapterSettings}) and no model; merge it into {of} with the program that made it, and give the "
            + "folder of the merged model.");
    }

    private static string? BaseOf(string settings)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(settings));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("base_model_name_or_path", out JsonElement name)
                && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException || FileTrouble.Is(e))
        {
            return null;
        }
    }
}
