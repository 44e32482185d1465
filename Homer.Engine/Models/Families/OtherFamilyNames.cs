namespace Homer.Engine.Models.Families;

/// <summary>The families that Homer does not run: their names, what they are, and the nearest relative of each.</summary>
internal static class OtherFamilyNames
{
    /// <summary>The kind of model that picks a few of many MLPs for each token.</summary>
    public const string Experts = "a mixture of experts";

    private const string Hybrid = "a hybrid of attention and recurrent layers";
    private const string Recurrent = "a model without attention";
    private const string OtherDecoder = "a dense decoder of another form";
    private const string Encoder = "no model that writes text token by token";
    private const string EncoderDecoder = "an encoder with a decoder";
    private const string ThreePositions = "a model of text and images whose positions have three parts";
    private const string Images = "a model of images";
    private const string Sound = "a model of sound";
    private const string Diffusion = "a model that writes by diffusion";
    private const string Drafter = "a drafter for another model";

    // The names of Transformers (model_type) and of GGUF files (general.architecture) without their separators, or their beginnings; the
    // longest beginning that fits a name counts.
    private static readonly (string Kind, string Nearest, string[] Names)[] Table =
    [
        (Experts, "Llama",
        [
            "deepseek", "gptoss", "llama4", "glm4moe", "glm4vmoe", "glmdsa", "ernie45moe", "hunyuanmoe", "hunyuanv1moe", "hyv3", "minimax",
            "kimi", "dbrx", "jetmoe", "arctic", "grok", "dots1", "bailingmoe", "bailing", "afmoe", "laguna", "exaonemoe", "cohere2moe",
            "grovemoe", "smallthinker", "mimo2", "step35", "step3", "longcat", "lladamoe", "nomicbertmoe", "ariatext", "solaropen",
        ]),
        (Experts, "Mistral", ["mixtral", "mistral4"]),
        (Experts, "Qwen2", ["qwen2moe"]),
        (Experts, "Qwen3", ["qwen3moe", "qwen3vlmoe", "qwen3omnimoe", "qwen35moe"]),
        (Experts, "Phi-3", ["phimoe"]),
        (Experts, "OLMo 2", ["olmoe", "flexolmo"]),
        (Experts, "Granite", ["granitemoe", "granitemoeshared"]),
        (Hybrid, "Llama",
        [
            "jamba", "zamba", "lfm2", "nemotronh", "falconh1", "plamo2", "plamo3", "kimilinear", "hymba", "samba",
        ]),
        (Hybrid, "Qwen3", ["qwen3next", "qwen35"]),
        (Hybrid, "Granite", ["bamba", "granitemoehybrid", "granitehybrid"]),
        (Hybrid, "Gemma 2", ["recurrentgemma"]),
        (Hybrid, "OLMo 3", ["olmohybrid"]),
        (Recurrent, "Llama", ["mamba", "falconmamba", "rwkv", "xlstm", "retnet"]),
        (Recurrent, "Qwen2", ["rwkv6qwen2", "arwkv7"]),
        (OtherDecoder, "Llama",
        [
            "glm", "chatglm", "cohere", "commandr", "hunyuan", "nemotron", "falcon", "starcoder", "stablelm", "gpt2", "gptneo", "gptj",
            "gptbigcode", "gptsw3", "openaigpt", "mpt", "opt", "bloom", "internlm", "baichuan", "minicpm", "exaone", "ernie45", "apertus",
            "arcee", "bitnet", "codeshell", "orion", "plamo", "plm", "refact", "xverse", "deci", "nemotronnas", "openelm", "jais", "helium",
            "diffllama", "doge", "persimmon", "codegen", "ctrl", "biogpt", "xglm", "nanochat", "cwm", "maincoder", "talkie", "mellum",
            "panguembedded", "smolvlm", "chameleon", "emu3", "fuyu", "cogvlm", "modernbertdecoder", "aquila", "yi", "blt", "cpmant",
        ]),
        (OtherDecoder, "Qwen2", ["qwen"]),
        (OtherDecoder, "Phi-3", ["phi"]),
        (OtherDecoder, "OLMo 2", ["olmo"]),
        ("Mistral with windows in some layers", "Mistral", ["ministral"]),
        ("Gemma with embeddings in every layer", "Gemma 3", ["gemma3n"]),
        ("a later Gemma", "Gemma 3", ["gemma4"]),
        ("a Gemma of another form", "Gemma 2", ["vaultgemma"]),
        ("a model of images whose prompts are read in both directions", "Gemma", ["paligemma", "colpali"]),
        ("Llama with layers that attend to images", "Llama", ["mllama"]),
        ("a model of text, images and sound with adapters", "Phi-3", ["phi4multimodal"]),
        (ThreePositions, "Qwen2", ["qwen2vl", "qwen25vl", "qwen25omni", "qwen2audio"]),
        (ThreePositions, "Qwen3", ["qwen3vl"]),
        (ThreePositions, "Llama", ["glm4v", "glm46v", "hunyuanvl", "paddleocr"]),
        (Diffusion, "Llama", ["llada"]),
        (Diffusion, "Qwen2", ["dream"]),
        (Diffusion, "Qwen3", ["rnd1"]),
        (Drafter, "Llama", ["eagle3", "dflash", "medusa"]),
        (Drafter, "Gemma 3", ["gemma4assistant"]),
        (Encoder, "Llama",
        [
            "bert", "modernbert", "nomicbert", "neobert", "jinabert", "eurobert", "roberta", "xlmroberta", "xlm", "xlnet", "albert",
            "distilbert", "deberta", "electra", "camembert", "mpnet", "longformer", "bigbird", "esm", "llamaembed", "funnel", "luke",
            "layoutlm", "rembert", "roformer", "squeezebert", "convbert", "ernie", "reformer", "fnet", "data2vectext",
        ]),
        (Encoder, "Gemma 3", ["gemmaembedding"]),
        (EncoderDecoder, "Gemma 2", ["t5gemma"]),
        (EncoderDecoder, "Llama",
        [
            "t5", "mt5", "umt5", "longt5", "switchtransformers", "bart", "mbart", "pegasus", "marian", "led", "m2m100", "nllb",
            "blenderbot", "prophetnet", "plbart", "fsmt", "mvp", "florence2", "encoderdecoder", "visionencoderdecoder",
        ]),
        (Sound, "Llama",
            ["whisper", "wav2vec2", "hubert", "moshi", "musicgen", "bark", "speecht5", "wavtokenizer", "kyutai", "seamlessm4t"]),
        (Images, "Llama",
            ["clip", "siglip", "vit", "dinov", "beit", "deit", "swin", "resnet", "convnext", "sam", "detr", "trocr", "blip", "git"]),
    ];

    private static readonly (string Name, string Kind, string Nearest)[] ByLength =
    [
        .. from row in Table
           from name in row.Names
           orderby name.Length descending
           select (name, row.Kind, row.Nearest),
    ];

    /// <summary>Returns what a family is and the nearest relative that Homer runs; null for a name that is unknown.</summary>
    /// <param name="name">The model type, or the architecture of a GGUF file.</param>
    public static (string Kind, string Nearest)? Find(string name)
    {
        string plain = string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        int found = Array.FindIndex(ByLength, row => plain.StartsWith(row.Name, StringComparison.Ordinal));
        return found < 0 ? null : (ByLength[found].Kind, ByLength[found].Nearest);
    }

    /// <summary>Returns what a family is as a part of a sentence; empty for a name that is unknown.</summary>
    /// <param name="name">The model type, or the architecture of a GGUF file.</param>
    public static string Describe(string name) =>
        Find(name) is (string kind, string nearest) ? $", {kind}, whose nearest relative here is {nearest}" : "";
}
