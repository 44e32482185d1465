namespace Homer.Engine.Models.Families;

/// <summary>Says what a family is that Homer does not run, and names the nearest relative that it runs.</summary>
internal static class OtherFamilies
{
    private const string Unknown = ", a family that Homer does not know, whose nearest relative here may be Llama";

    // Settings that only mixtures of experts have.
    private static readonly string[] ExpertCounts = ["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"];

    /// <summary>Returns what the architecture of a GGUF file is and which relative Homer runs, as a part of a sentence.</summary>
    public static string Describe(string architecture)
    {
        string what = OtherFamilyNames.Describe(architecture);
        return what.Length > 0 ? what : Unknown;
    }

    /// <summary>Returns what an architecture is and which relative Homer runs, as a part of a sentence.</summary>
    /// <param name="file">The settings.</param>
    /// <param name="architecture">The class.</param>
    /// <param name="modelType">The model type.</param>
    public static string Describe(ConfigReader file, string architecture, string modelType)
    {
        if (ModelFamilies.All.FirstOrDefault(family => family.ModelType == modelType) is { } relative)
            return $", another class than the {relative.Architecture} of {relative.Name} models that write text";
        string textType = file.Object("text_config")?.Text("model_type", "") ?? "";
        foreach (string name in new[] { modelType, textType, architecture })
        {
            if (OtherFamilyNames.Describe(name) is { Length: > 0 } what)
                return what;
        }

        bool hasExperts = ExpertCounts.Any(name => file.Has(name) || file.Object("text_config")?.Has(name) == true);
        bool isCausal = architecture.EndsWith("ForCausalLM", StringComparison.Ordinal);
        return hasExperts ? $", {OtherFamilyNames.Experts}, whose nearest relative here is Llama"
            : isCausal ? Unknown : ", which Homer does not know";
    }
}
