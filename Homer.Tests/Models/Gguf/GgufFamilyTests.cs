using System.Text.Json.Nodes;
using Homer.Engine.Models;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Recorded models of families, written as GGUF files by the tests' own converter, against their recorded logits.</summary>
public sealed class GgufFamilyTests : DeviceTests
{
    private const double Recorded = 1e-3;

    /// <summary>The recorded models whose settings the format can hold.</summary>
    public static TheoryData<string> Names =>
    [
        "llama2", "llama-biases", "llama-head-dim", "llama-linear", "mistral", "mistral-nemo", "mistral-window", "qwen2", "qwen2-yarn",
        "qwen3", "phi3", "phi3-longrope", "phi4-mini", "phi3-window", "smollm3", "granite3", "olmo2", "olmo3", "gemma", "ministral3",
    ];

    [Theory, MemberData(nameof(Names))]
    public void Logits_are_as_recorded(string name)
    {
        using var family = new FamilyCase(name);
        using var folder = new TemporaryFolder();
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(family.Folder, "config.json")))!.AsObject();
        string path = GgufConversion.Of(config, SmallTensor.Read(family.Folder)).Save(folder["model.gguf"]);
        using var model = TransformerModel.Load(path, Open("cpu"));
        foreach ((int length, float[] expected) in family.Logits)
        {
            // llama.cpp chooses one list of factors for all lengths.
            Expected.AssertAll(
                Expected.Within(expected, Recorded), GgufCase.Prefill(model, family.Ids[..length]), $"logits of {length} ids");
        }
    }

    /// <summary>A recorded Gemma 3 with a head of its own: the table's rows in reverse order.</summary>
    [Fact]
    public void A_Gemma_with_a_head_of_its_own_uses_it()
    {
        const string Golden = "golden/gguf/gemma3.bf16";
        var file = EditableGguf.Read(SharedData.Require($"{Golden}.gguf"));
        (_, ulong[] shape, uint type, byte[] data) = file.Tensors.Single(tensor => tensor.Name == "token_embd.weight");
        file.Tensors.Add(("output.weight", shape, type, [.. data.Chunk((int)shape[0] * 2).Reverse().SelectMany(row => row)]));
        using var folder = new TemporaryFolder();
        using var model = TransformerModel.Load(file.Save(folder["model.gguf"]), Open("cpu"));
        using var recorded = Engine.Weights.SafetensorsFile.Open(SharedData.Require($"{Golden}.case.safetensors"));
        float[] expected = [.. recorded.ReadArray<float>("logits.96").Chunk((int)shape[1]).SelectMany(logits => logits.Reverse())];
        Expected.AssertAll(Expected.Within(expected, Recorded), GgufCase.Prefill(model, recorded.ReadArray<int>("ids")[..96]), "logits");
    }
}
