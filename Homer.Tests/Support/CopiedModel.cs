using System.Text.Json.Nodes;
using Homer.Engine.Weights;
using Homer.Tests.Golden;

namespace Homer.Tests.Support;

/// <summary>A copy of the golden model <c>random-gqa</c> in a temporary folder, which a test may change.</summary>
internal sealed class CopiedModel : IDisposable
{
    private static readonly string Source = GoldenCase.Model("random-gqa");

    private readonly TemporaryFolder folder = new();
    private readonly EditableSafetensors weights = new(Path.Combine(Source, "model.safetensors"));

    /// <summary>The content of config.json, which <see cref="Save"/> writes.</summary>
    public JsonObject Config { get; } = JsonNode.Parse(File.ReadAllText(Path.Combine(Source, "config.json")))!.AsObject();

    /// <summary>The content of model.safetensors, which <see cref="Save"/> writes.</summary>
    public SortedDictionary<string, SafetensorsPart> Weights => weights.Parts;

    public string ConfigPath => folder["config.json"];

    public string WeightsPath => folder["model.safetensors"];

    /// <summary>Changes members of the configuration; null removes a member (JSON Merge Patch, RFC 7396).</summary>
    public CopiedModel Patch(string json)
    {
        foreach ((string name, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
        {
            Config.Remove(name);
            if (value is not null)
                Config.Add(name, value.DeepClone());
        }

        return this;
    }

    /// <summary>Writes both files.</summary>
    /// <returns>The path of the folder.</returns>
    public string Save()
    {
        File.WriteAllText(ConfigPath, Config.ToJsonString());
        weights.Save(WeightsPath);
        return folder.Path;
    }

    public void Dispose() => folder.Dispose();
}
