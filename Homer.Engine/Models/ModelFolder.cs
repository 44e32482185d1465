using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>The folder of a model, in Hugging Face layout.</summary>
internal static class ModelFolder
{
    private const string AdapterSettings = "adapter_config.json";

    /// <summary>Refuses a path that is not a folder of a model.</summary>
    /// <exception cref="HomerException">There is no such folder, or it holds an adapter only.</exception>
    public static void Require(string folder)
    {
        if (!Directory.Exists(folder))
            throw new HomerException($"{folder} is not a folder; give a model folder in Hugging Face layout.");
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
