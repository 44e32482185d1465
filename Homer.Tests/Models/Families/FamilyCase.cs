using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>A recorded tiny model of a family, in <c>shared/golden/families</c>; its README says what each is about.</summary>
internal sealed class FamilyCase : IDisposable
{
    /// <summary>The models that Homer runs.</summary>
    public static readonly string[] Names =
    [
        "llama2", "llama-f16-sharded", "llama-biases", "llama-head-dim", "llama-linear", "llama-linear-parameters",
        "llama-theta-parameters", "llama-dynamic", "llama-yarn", "llama-yarn-betas", "llama-yarn-attention-factor",
        "llama-yarn-mscale", "llama-yarn-no-truncate", "llama-longrope", "llama3", "llama3-parameters-tied", "mistral",
        "mistral-nemo", "qwen2", "qwen2-yarn", "qwen3", "qwen3-yarn-parameters", "phi3", "phi3-longrope", "phi4-mini",
        "smollm3", "smollm3-interval", "granite3", "olmo2", "gemma", "mistral-window", "qwen2-window", "phi3-window", "ministral3",
        "olmo3", "gemma2", "gemma3", "gemma3-linear", "gemma3-parameters",
    ];

    /// <summary>Folders of <c>shared/traps</c> that spell settings or files in other ways, and must read like any model.</summary>
    public static readonly string[] Spellings =
    [
        "hf-rope-su", "hf-rope-both-types-integers", "hf-rope-types-disagree", "hf-yarn-model-card", "hf-yarn-no-original",
        "hf-partial-rotary-in-parameters", "hf-nulls", "hf-no-kv-heads", "hf-inv-freq-buffers", "hf-stray-files",
        "hf-gemma-hidden-act-gelu", "hf-safetensors-unaligned", "hf-gemma3-multimodal", "hf-gemma3-sparse-defaults",
        "hf-ministral3-untied", "hf-tied-yet-stored", "hf-layer-types-win", "hf-json-infinity", "hf-index-missing-tensor",
        "hf-fp8-per-tensor", "hf-fp8-blocks",
    ];

    private readonly SafetensorsFile recorded;

    public FamilyCase(string name, string collection = "golden/families")
    {
        Folder = SharedData.Require(Path.Combine(collection, name));
        recorded = SafetensorsFile.Open(Path.Combine(Folder, "case.safetensors"));
        Ids = recorded.ReadArray<int>("ids");
    }

    public string Folder { get; }

    public int[] Ids { get; }

    /// <summary>The number of ids, and their logits [ids, vocabulary], for each recorded length.</summary>
    public IEnumerable<(int Length, float[] Logits)> Logits => recorded.Tensors.Keys
        .Where(name => name.StartsWith("logits.", StringComparison.Ordinal))
        .Select(name => ((int)recorded[name].Shape[0], recorded.ReadArray<float>(name)));

    /// <summary>
    /// The greedy continuation of all ids, and how far each token was ahead of the second; empty where the length changes the result.
    /// </summary>
    public IEnumerable<(int Token, float Margin)> Greedy => recorded.Tensors.ContainsKey("greedy")
        ? recorded.ReadArray<int>("greedy").Zip(recorded.ReadArray<float>("greedy_margin"))
        : [];

    public ModelConfig Config => ModelConfig.Read(Path.Combine(Folder, "config.json"));

    public void Dispose() => recorded.Dispose();
}
