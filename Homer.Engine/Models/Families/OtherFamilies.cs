namespace Homer.Engine.Models.Families;

/// <summary>Families that Homer knows by name and does not run, and the nearest relative of each that it runs.</summary>
internal static class OtherFamilies
{
    private const string Experts = "a mixture of experts";
    private const string Hybrid = "a hybrid of attention and recurrent layers";
    private const string OtherDecoder = "a dense decoder of another form";
    private const string NoDecoder = "no model that writes text token by token";

    // By the beginning of the model type; longer beginnings come first.
    private static readonly (string ModelType, string Kind, string Nearest)[] Known =
    [
        ("qwen2_moe", Experts, "Qwen2"),
        ("qwen2_vl", "a model of text and images whose positions have three parts", "Qwen2"),
        ("qwen2_5_vl", "a model of text and images whose positions have three parts", "Qwen2"),
        ("qwen3_moe", Experts, "Qwen3"),
        ("qwen3_vl", "a model of text and images whose positions have three parts", "Qwen3"),
        ("qwen3_next", Hybrid, "Qwen3"),
        ("qwen3_5", Hybrid, "Qwen3"),
        ("mixtral", Experts, "Mistral"),
        ("ministral", "Mistral with windows in some layers", "Mistral"),
        ("phimoe", Experts, "Phi-3"),
        ("phi4_multimodal", "a model of text, images and sound with adapters", "Phi-3"),
        ("phi", OtherDecoder, "Phi-3"),
        ("olmoe", Experts, "OLMo 2"),
        ("flex_olmo", Experts, "OLMo 2"),
        ("olmo_hybrid", Hybrid, "OLMo 3"),
        ("olmo", OtherDecoder, "OLMo 2"),
        ("granitemoehybrid", Hybrid, "Granite"),
        ("granitemoe", Experts, "Granite"),
        ("granitehybrid", Hybrid, "Granite"),
        ("gpt_oss", Experts, "Llama"),
        ("gemma3n", "Gemma with embeddings in every layer", "Gemma 3"),
        ("gemma4", "a later Gemma", "Gemma 3"),
        ("recurrent_gemma", Hybrid, "Gemma 2"),
        ("paligemma", "a model of images whose prompts are read in both directions", "Gemma"),
        ("t5gemma", "an encoder with a decoder", "Gemma 2"),
        ("deepseek", Experts, "Llama"),
        ("llama4", Experts, "Llama"),
        ("mllama", "Llama with layers that attend to images", "Llama"),
        ("glm4_moe", Experts, "Llama"),
        ("glm", OtherDecoder, "Llama"),
        ("cohere", OtherDecoder, "Llama"),
        ("command", OtherDecoder, "Llama"),
        ("ernie4_5_moe", Experts, "Llama"),
        ("hunyuan", OtherDecoder, "Llama"),
        ("minimax", Experts, "Llama"),
        ("kimi", Experts, "Llama"),
        ("dbrx", Experts, "Llama"),
        ("jetmoe", Experts, "Llama"),
        ("arctic", Experts, "Llama"),
        ("grok", Experts, "Llama"),
        ("dots", Experts, "Llama"),
        ("bailingmoe", Experts, "Llama"),
        ("smallthinker", Experts, "Llama"),
        ("lfm2", Hybrid, "Llama"),
        ("jamba", Hybrid, "Llama"),
        ("bamba", Hybrid, "Granite"),
        ("zamba", Hybrid, "Llama"),
        ("nemotron_h", Hybrid, "Llama"),
        ("nemotron", OtherDecoder, "Llama"),
        ("falcon_h1", Hybrid, "Llama"),
        ("falcon_mamba", "a model without attention", "Llama"),
        ("falcon", OtherDecoder, "Llama"),
        ("mamba", "a model without attention", "Llama"),
        ("rwkv", "a model without attention", "Llama"),
        ("starcoder2", OtherDecoder, "Llama"),
        ("stablelm", OtherDecoder, "Llama"),
        ("gpt2", OtherDecoder, "Llama"),
        ("gpt_neo", OtherDecoder, "Llama"),
        ("gptj", OtherDecoder, "Llama"),
        ("mpt", OtherDecoder, "Llama"),
        ("opt", OtherDecoder, "Llama"),
        ("bloom", OtherDecoder, "Llama"),
        ("internlm", OtherDecoder, "Llama"),
        ("baichuan", OtherDecoder, "Llama"),
        ("chatglm", OtherDecoder, "Llama"),
        ("minicpm", OtherDecoder, "Llama"),
        ("exaone", OtherDecoder, "Llama"),
        ("bert", NoDecoder, "Llama"),
        ("modernbert", NoDecoder, "Llama"),
        ("roberta", NoDecoder, "Llama"),
        ("t5", "an encoder with a decoder", "Llama"),
        ("bart", "an encoder with a decoder", "Llama"),
        ("whisper", "a model of sound", "Llama"),
        ("clip", "a model of images", "Llama"),
        ("siglip", "a model of images", "Llama"),
    ];

    // Settings that only mixtures of experts have.
    private static readonly string[] ExpertCounts = ["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"];

    /// <summary>Returns what the architecture of a GGUF file is and which relative Homer runs, as a part of a sentence.</summary>
    public static string Describe(string architecture) =>
        Find(architecture) ?? ", a family that Homer does not know, whose nearest relative here may be Llama";

    /// <summary>Returns what an architecture is and which relative Homer runs, as a part of a sentence; empty if unknown.</summary>
    /// <param name="file">The settings.</param>
    /// <param name="architecture">The class.</param>
    /// <param name="modelType">The model type.</param>
    public static string Describe(ConfigReader file, string architecture, string modelType)
    {
        if (ModelFamilies.All.FirstOrDefault(family => family.ModelType == modelType) is { } relative)
            return $", another class than the {relative.Architecture} of {relative.Name} models that write text";
        string textType = file.Object("text_config")?.Text("model_type", "") ?? "";
        if ((Find(modelType) ?? Find(textType)) is { } found)
            return found;
        bool hasExperts = ExpertCounts.Any(name => file.Has(name) || file.Object("text_config")?.Has(name) == true);
        bool isCausal = architecture.EndsWith("ForCausalLM", StringComparison.Ordinal);
        return hasExperts ? $", {Experts}, whose nearest relative here is Llama"
            : isCausal ? ", a family that Homer does not know, whose nearest relative here may be Llama" : "";
    }

    /// <summary>Returns what is known of a model type, however its words are joined; null if nothing is.</summary>
    private static string? Find(string type)
    {
        string joined = Joined(type);
        foreach ((string known, string kind, string nearest) in Known)
        {
            if (joined.StartsWith(Joined(known), StringComparison.OrdinalIgnoreCase))
                return $", {kind}, whose nearest relative here is {nearest}";
        }

        return null;

        static string Joined(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
    }
}
