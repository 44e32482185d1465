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
