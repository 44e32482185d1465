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
        new Olmo3Family(),
        new GemmaFamily(),
        new Gemma2Family(),
        new Gemma3Family(),
        new Ministral3Family(),
        new SeedOssFamily(),
    ];

    // The family of the text part, where a model of text and images does not say it.
    private static readonly Dictionary<string, string> TextParts = new() { ["gemma3"] = "gemma3_text", ["mistral3"] = "mistral" };

    // Their text part sees the tokens after each of a prompt's, too.
    private static readonly HashSet<string> OtherTextParts = ["paligemma"];

    /// <summary>
    /// Returns the family that a config.json names by its architecture, or else by its model type, and the object that holds its settings:
    /// that of the file, or its text_config where the model is the text part of a larger one.
    /// </summary>
    /// <exception cref="HomerException">It is none that Homer runs.</exception>
    public static (IModelFamily Family, ConfigReader Settings) Find(ConfigReader file)
    {
        string modelType = file.Text("model_type", "nothing");
        string architecture = file.Strings("architectures") is [string first, ..] ? first : modelType;
        if (Of(architecture) is { } family)
            return (family, file);
        // Other classes around a text part score or embed texts.
        bool writes = architecture == modelType || architecture.EndsWith("ForConditionalGeneration", StringComparison.Ordinal);
        ConfigReader? text = writes && !OtherTextParts.Contains(modelType) ? file.Object("text_config") : null;
        if (text is not null && Of(text.Text("model_type", TextParts.GetValueOrDefault(modelType, ""))) is { } part)
            return (part, text);
        file.Require(
            false,
            $"its architecture is {Quoted.Text(architecture)}{OtherFamilies.Describe(file, architecture, modelType)}; Homer runs "
            + string.Join(", ", All.Select(known => known.Architecture)));
        throw new InvalidOperationException();
    }

    private static IModelFamily? Of(string name) => All.FirstOrDefault(family => name == family.Architecture || name == family.ModelType);
}
