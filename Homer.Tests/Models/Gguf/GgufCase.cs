using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Recorded logits of a GGUF file.</summary>
internal static class GgufCase
{
    /// <summary>The largest difference of logits that float32 arithmetic may make.</summary>
    public const double Recorded = 1e-3;

    /// <summary>The files of <c>shared/golden/gguf</c>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "gemma.bf16", "gemma2.bf16", "gemma3.bf16", "granite3.bf16", "llama-256.iq4_nl", "llama-256.q2_k", "llama-256.q3_k_m",
        "llama-256.q4_k_m", "llama-256.q5_k_s",
        "llama-256.q6_k", "llama-biases.bf16", "llama-linear.bf16", "llama-yarn.bf16", "llama2.bf16", "llama2.f16", "llama2.f32",
        "llama2.q4_0", "llama2.q4_1", "llama2.q5_0", "llama2.q8_0", "llama3.bf16", "mistral-nemo.bf16", "mistral.bf16",
        "phi3-longrope.bf16", "phi3.bf16", "qwen2-yarn.bf16", "qwen2.bf16", "qwen2.q8_0", "qwen3.bf16", "smollm3.bf16",
    ];

    /// <summary>Fails unless a model computes the logits of a case of <c>shared</c>; rows may be longer than recorded.</summary>
    public static void AssertLogits(TransformerModel model, string caseFile)
    {
        using var recorded = SafetensorsFile.Open(SharedData.Require(caseFile));
        int[] ids = recorded.ReadArray<int>("ids");
        foreach (string name in recorded.Tensors.Keys.Where(name => name.StartsWith("logits.", StringComparison.Ordinal)))
        {
            int length = (int)recorded[name].Shape[0], width = (int)recorded[name].Shape[1];
            float[] actual = Prefill(model, ids[..length]), expected = recorded.ReadArray<float>(name);
            int own = model.Config.VocabularySize;
            float[] compared = [.. Enumerable.Range(0, length).SelectMany(row => actual.Skip(row * own).Take(width))];
            Expected.AssertAll(Expected.Within(expected, Recorded), compared, $"logits of {length} ids");
        }
    }

    /// <summary>Returns the logits of all ids [ids, vocabulary].</summary>
    public static float[] Prefill(TransformerModel model, int[] ids)
    {
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, ids.Length);
        var logits = new List<float>();
        context.Append(ids, observe: logits.AddRange);
        return [.. logits];
    }
}
