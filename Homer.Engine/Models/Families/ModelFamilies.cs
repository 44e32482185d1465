using Homer.Engine.Files;

namespace Homer.Engine.Models.Families;

/// <summary>The families that Homer runs.</summary>
internal static class ModelFamilies
{
    /// <summary>Every family, one file each.</summary>
    public static IReadOnlyList<IModelFamily> All { get; } =
    [
        new LlamaFamily(),
        new MistralFamily(),
        new Qwen2Family(),
        new Qwen3Family(),
        new PhiFamily(),
        new SmolLmFamily(),
        new GraniteFamily(),
        new OlmoFamily(),
        new GemmaFamily(),
    ];

    /// <summary>Returns the family that a config.json names by its architecture, or else by its model type.</summary>
    /// <exception cref="HomerException">It is none that Homer runs.</exception>
    public static IModelFamily Find(ConfigReader json)
    {
        string modelType = json.Text("model_type", "nothing");
        string architecture = json.Strings("architectures") is [string first, ..] ? first : modelType;
        IModelFamily? found = All.FirstOrDefault(family => architecture == family.Architecture || architecture == family.ModelType);
        json.Require(
            found is not null,
            $"its architecture is {Quoted.Text(architecture)}; Homer runs {string.Join(", ", All.Select(family => family.Architecture))}");
        return found!;
    }
}
