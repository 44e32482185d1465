using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>
/// Writes the model of a folder as a GGUF file, as llama.cpp's converter does: it knows the conventions of the format by itself, so that
/// the engine's reader is compared with something else than its own inverse.
/// </summary>
internal static partial class GgufConversion
{
    // By the class in config.json: the architecture, and whether it has the rows of a head's queries and keys in pairs.
    private static readonly Dictionary<string, (string Architecture, bool Pairs)> Architectures = new()
    {
        ["LlamaForCausalLM"] = ("llama", true),
        ["MistralForCausalLM"] = ("llama", true),
        ["Ministral3ForCausalLM"] = ("mistral3", true),
        ["Qwen2ForCausalLM"] = ("qwen2", false),
        ["Qwen3ForCausalLM"] = ("qwen3", false),
        ["Phi3ForCausalLM"] = ("phi3", false),
        ["SmolLM3ForCausalLM"] = ("smollm3", true),
        ["GraniteForCausalLM"] = ("granite", true),
        ["Olmo2ForCausalLM"] = ("olmo2", false),
        ["Olmo3ForCausalLM"] = ("olmo2", false),
        ["GemmaForCausalLM"] = ("gemma", false),
        ["Gemma2ForCausalLM"] = ("gemma2", false),
        ["Gemma3ForCausalLM"] = ("gemma3", false),
        ["SeedOssForCausalLM"] = ("seed_oss", false),
    };

    private static readonly Dictionary<string, string> Names = new()
    {
        ["model.embed_tokens"] = "token_embd",
        ["model.norm"] = "output_norm",
        ["lm_head"] = "output",
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.qkv_proj"] = "attn_qkv",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["self_attn.o_proj"] = "attn_output",
        ["pre_feedforward_layernorm"] = "ffn_norm",
        ["post_feedforward_layernorm"] = "post_ffw_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.gate_up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary>Returns the file of a model.</summary>
    /// <param name="config">Its config.json.</param>
    /// <param name="tensors">Its tensors, by their names in the folder.</param>
    /// <param name="type">How matrices are stored: F32, F16, BF16 or Q8_0.</param>
    public static EditableGguf Of(JsonObject config, IEnumerable<SmallTensor> tensors, WeightType type = WeightType.Float32)
    {
        (string architecture, bool pairs) = Architectures[Class(config)];
        var file = new EditableGguf();
        file.Set("general.architecture", architecture);
        GgufConversionKeys.Write(file, architecture, config);
        foreach (SmallTensor tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            file.Tensors.Add(Convert(config, tensor, pairs, type));
        return file;
    }

    private static string Class(JsonObject config) => config["architectures"]![0]!.GetValue<string>();

    private static (string, ulong[], uint, byte[]) Convert(JsonObject config, SmallTensor tensor, bool pairs, WeightType type)
    {
        string name = NameOf(tensor.Name, Class(config));
        float[] values = tensor.Values;
        int columns = tensor.Shape.Length > 1 ? (int)tensor.Shape[1] : 1;
        if (pairs && (tensor.Name.Contains("q_proj", StringComparison.Ordinal) || tensor.Name.Contains("k_proj", StringComparison.Ordinal)))
            values = InPairs(values, columns, HeadDim(config));
        if (Class(config).StartsWith("Gemma", StringComparison.Ordinal) && tensor.IsNorm)
            values = Array.ConvertAll(values, value => value + 1);
        WeightType stored = columns == 1 ? WeightType.Float32 : type;
        return (name, [.. tensor.Shape.Reverse().Select(size => (ulong)size)], Number(stored), Encode(values, stored));
    }

    private static string NameOf(string name, string modelClass)
    {
        string part = name[..name.LastIndexOf('.')], ending = name[part.Length..];
        Match layer = Layer().Match(part);
        string prefix = layer.Success ? $"blk.{layer.Groups[1].Value}." : "", body = layer.Success ? layer.Groups[2].Value : part;
        bool isAfter = modelClass is "Olmo2ForCausalLM" or "Olmo3ForCausalLM" or "Gemma2ForCausalLM" or "Gemma3ForCausalLM"
            or "SeedOssForCausalLM";
        return prefix + (body == "post_attention_layernorm" ? isAfter ? "post_attention_norm" : "ffn_norm" : Names[body]) + ending;
    }

    /// <summary>Puts row i + head_dim / 2 of each head behind row i.</summary>
    private static float[] InPairs(float[] values, int columns, int headDim)
    {
        var result = new float[values.Length];
        for (int row = 0; row < values.Length / columns; row++)
        {
            int within = row % headDim, half = headDim / 2;
            int to = row - within + (2 * (within % half)) + (within / half);
            values.AsSpan(row * columns, columns).CopyTo(result.AsSpan(to * columns));
        }

        return result;
    }

    /// <summary>Returns the elements of a head.</summary>
    public static int HeadDim(JsonObject config) => config["head_dim"]?.GetValue<int>()
        ?? config["hidden_size"]!.GetValue<int>() / config["num_attention_heads"]!.GetValue<int>();

    private static uint Number(WeightType type) => type switch
    {
        WeightType.Float32 => 0,
        WeightType.Float16 => 1,
        WeightType.BFloat16 => 30,
        _ => 8,
    };

    private static byte[] Encode(float[] values, WeightType type) => type switch
    {
        WeightType.Q80 => [.. values.Chunk(WeightType.Q80.BlockLength()).SelectMany(Block)],
        _ => SmallTensor.Encode(values, type),
    };

    private static IEnumerable<byte> Block(float[] values)
    {
        float scale = values.Max(Math.Abs) / 127;
        return
        [
            .. BitConverter.GetBytes((Half)scale),
            .. values.Select(value => (byte)(sbyte)Math.Clamp(Math.Round(value / Math.Max(scale, 1e-9f)), -127, 127)),
        ];
    }

    [GeneratedRegex(@"^model\.layers\.(\d+)\.(.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Layer();
}
