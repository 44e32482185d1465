using System.Text;
using Homer.Engine.Models;
using Homer.Engine.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>
/// Families that Homer does not run are refused by what they are, with the nearest relative, in folders and in GGUF files. The names are
/// those of Transformers and llama.cpp.
/// </summary>
public sealed class OtherFamiliesTests
{
    private const string Experts = "a mixture of experts", Hybrid = "a hybrid of", Recurrent = "without attention";
    private const string Decoder = "dense decoder of another form", Encoder = "no model that writes", Pair = "an encoder with a decoder";

    // By what they are and the nearest relative.
    private static readonly (string Kind, string Nearest, string[] Names)[] Families =
    [
        (Experts, "Mistral", ["mixtral"]),
        (Experts, "Qwen2", ["qwen2_moe", "qwen2moe"]),
        (Experts, "Qwen3", ["qwen3_moe", "qwen3moe", "qwen3_vl_moe", "qwen3vlmoe", "qwen3_omni_moe", "qwen35moe"]),
        (Experts, "Phi-3", ["phimoe"]),
        (Experts, "OLMo 2", ["olmoe", "flex_olmo"]),
        (Experts, "Granite", ["granitemoe", "granitemoeshared"]),
        (Experts, "Llama",
        [
            "deepseek", "deepseek2", "deepseek_v2", "deepseek_v3", "deepseek32", "gpt_oss", "gpt-oss", "llama4", "llama4_text", "glm4_moe",
            "glm4moe", "glm-dsa", "ernie4_5_moe", "ernie4_5-moe", "hunyuan_v1_moe", "hunyuan-moe", "minimax", "minimax-m2", "kimi_k2",
            "dbrx",
            "jetmoe", "arctic", "grok", "dots1", "bailingmoe2", "afmoe", "exaone-moe", "cohere2moe", "grovemoe", "smallthinker", "mimo2",
            "step35", "longcat_flash", "llada-moe",
        ]),
        (Hybrid, "Qwen3", ["qwen3_next", "qwen3next", "qwen3_5", "qwen35"]),
        (Hybrid, "Granite", ["bamba", "granitemoehybrid", "granitehybrid"]),
        (Hybrid, "Gemma 2", ["recurrent_gemma"]),
        (Hybrid, "Llama",
        [
            "jamba", "zamba", "zamba2", "lfm2", "lfm2_moe", "nemotron_h", "nemotron_h_moe", "falcon_h1", "falcon-h1", "plamo2",
            "kimi-linear",
        ]),
        (Recurrent, "Llama", ["mamba", "mamba2", "falcon_mamba", "rwkv", "rwkv6", "rwkv7", "xlstm"]),
        (Recurrent, "Qwen2", ["rwkv6qwen2", "arwkv7"]),
        (Decoder, "Phi-3", ["phi", "phi2"]),
        (Decoder, "OLMo 2", ["olmo"]),
        (Decoder, "Qwen2", ["qwen"]),
        (Decoder, "Llama",
        [
            "glm", "glm4", "chatglm", "cohere", "cohere2", "command-r", "hunyuan_v1_dense", "hunyuan-dense", "nemotron", "falcon",
            "starcoder", "starcoder2", "stablelm", "gpt2", "gpt_neo", "gpt_neox", "gptneox", "gptj", "gpt_bigcode", "mpt", "opt", "bloom",
            "internlm2", "baichuan", "minicpm", "minicpm3", "exaone", "exaone4", "ernie4_5", "apertus", "arcee", "bitnet", "orion", "deci",
            "openelm", "jais", "helium", "diffllama", "persimmon", "codegen", "refact", "nanochat",
        ]),
        (Encoder, "Llama",
        [
            "bert", "modernbert", "modern-bert", "nomic-bert", "jina-bert-v2", "eurobert", "roberta", "xlm-roberta", "albert", "distilbert",
            "deberta-v2", "electra", "mpnet", "llama-embed",
        ]),
        (Encoder, "Gemma 3", ["gemma-embedding"]),
        (Pair, "Llama", ["t5", "mt5", "t5encoder", "bart", "mbart", "pegasus", "marian", "m2m_100"]),
        (Pair, "Gemma 2", ["t5gemma"]),
        ("embeddings in every layer", "Gemma 3", ["gemma3n", "gemma3n_text"]),
        ("a later Gemma", "Gemma 3", ["gemma4"]),
        ("windows in some layers", "Mistral", ["ministral"]),
        ("positions have three parts", "Qwen2", ["qwen2_vl", "qwen2vl", "qwen2_5_vl"]),
        ("positions have three parts", "Qwen3", ["qwen3_vl", "qwen3vl"]),
        ("in both directions", "Gemma", ["paligemma"]),
        ("attend to images", "Llama", ["mllama"]),
        ("by diffusion", "Qwen2", ["dream"]),
        ("by diffusion", "Llama", ["llada"]),
        ("a drafter", "Llama", ["eagle3"]),
        ("a model of sound", "Llama", ["whisper"]),
        ("a model of images", "Llama", ["clip", "siglip"]),
    ];

    public static TheoryData<string, string, string> Names =>
        [.. Families.SelectMany(row => row.Names.Select(name => (name, row.Kind, row.Nearest)))];

    [Theory, MemberData(nameof(Names))]
    public void A_folder_is_refused_by_what_it_is(string name, string kind, string nearest)
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", $$"""{"architectures":["{{name}}Model"],"model_type":"{{name}}","hidden_size":8}""");
        Refused.With($"{kind}", () => ModelFolder.ReadConfig(folder.Path));
        Refused.With($"nearest relative here is {nearest};", () => ModelFolder.ReadConfig(folder.Path));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_class_alone_suffices(string name, string kind, string nearest)
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", $$"""{"architectures":["{{name}}ForCausalLM"],"hidden_size":8}""");
        Refused.With($"{kind}", () => ModelFolder.ReadConfig(folder.Path));
        Assert.Equal(nearest, OtherFamilyNames.Find(name)!.Value.Nearest);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_GGUF_file_is_refused_by_what_it_is(string name, string kind, string nearest)
    {
        // A clip is a companion of a model, which has a sentence of its own.
        Assert.SkipWhen(name == "clip", "a companion");
        using var folder = new TemporaryFolder();
        folder.With("m.gguf", Gguf(name));
        Refused.With($"{kind}", () => ModelSource.Open(folder["m.gguf"]).Dispose());
        Refused.With($"nearest relative here is {nearest};", () => ModelSource.Open(folder["m.gguf"]).Dispose());
    }

    [Theory]
    [InlineData("brandnew", "'BrandnewForCausalLM', a family that Homer does not know")]
    public void Unknown_families_are_said_to_be(string name, string word)
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", $$"""{"architectures":["BrandnewForCausalLM"],"model_type":"{{name}}"}""").With("m.gguf", Gguf(name));
        Refused.With(word, () => ModelFolder.ReadConfig(folder.Path));
        Refused.With($"'{name}', a family that Homer does not know", () => ModelSource.Open(folder["m.gguf"]).Dispose());
    }

    /// <summary>Returns a file with one key and one tensor of a number.</summary>
    private static byte[] Gguf(string architecture)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write(1L);
        writer.Write(1L);
        Text("general.architecture");
        writer.Write(8);
        Text(architecture);
        Text("token_embd.weight");
        writer.Write(1);
        writer.Write(8L);
        writer.Write(0);
        writer.Write(0L);
        while (file.Length % 32 != 0)
            writer.Write((byte)0);
        writer.Write(new byte[32]);
        return file.ToArray();

        void Text(string text)
        {
            writer.Write((long)text.Length);
            writer.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
