using Homer.Engine.Models;
using Homer.Kernels.Weights;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>Gemmas that an early converter called llama are refused, and Llamas that share a trait with them are not.</summary>
public sealed class DisguisedGemmaTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("general.name")]
    [InlineData("general.basename")]
    [InlineData("general.base_model.0.name")]
    [InlineData("general.source.huggingface.repository")]
    public void A_name_tells(string key)
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set(key, "Gemma-2b-it");
        RefusedAs("by its name, 'Gemma-2b-it'", file);
    }

    [Fact]
    public void The_name_of_the_file_tells() => RefusedAs("by its name, 'gemma-7b.gguf'", EditableGguf.Llama(), "gemma-7b.gguf");

    [Fact]
    public void The_vocabulary_and_the_heads_tell()
    {
        EditableGguf file = WithHeadsOf(256);
        file.SetTexts("tokenizer.ggml.tokens", "<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>");
        RefusedAs("by its vocabulary and its heads of 256 elements", file);
    }

    [Fact]
    public void The_size_of_the_vocabulary_and_the_heads_tell()
    {
        EditableGguf file = WithHeadsOf(256);
        file.Tensors[0] = ("token_embd.weight", [64, 256000], 1, new byte[64 * 256000 * 2]);
        RefusedAs("by its vocabulary of 256000 tokens and its heads of 256 elements", file);
    }

    /// <summary>A reader of those days wanted a head, so that some files have the table twice.</summary>
    [Fact]
    public void A_head_that_is_the_table_changes_nothing()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("general.name", "gemma");
        file.Tensors.Add(file.Tensors[0] with { Name = "output.weight" });
        RefusedAs("by its name", file);
    }

    [Fact]
    public void A_head_of_its_own_is_no_Gemma()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("general.name", "llama-taught-by-gemma");
        file.Tensors.Add(file.Tensors[0] with { Name = "output.weight", Data = [.. file.Tensors[0].Data.Reverse()] });
        Opens(file);
    }

    [Fact]
    public void Heads_of_another_size_with_the_vocabulary_are_no_Gemma()
    {
        EditableGguf file = EditableGguf.Llama();
        file.SetTokens("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>");
        Opens(file);
    }

    [Fact]
    public void Large_heads_with_another_vocabulary_are_no_Gemma()
    {
        EditableGguf file = WithHeadsOf(256);
        file.SetTokens("<unk>", "<s>", "</s>");
        Opens(file);
    }

    /// <summary>A recorded Gemma whose keys say llama.</summary>
    [Fact]
    public void A_recorded_Gemma_is_refused()
    {
        var file = EditableGguf.Read(SharedData.Require("golden/gguf/gemma.bf16.gguf"));
        for (int i = 0; i < file.Keys.Count; i++)
            file.Keys[i] = file.Keys[i] with { Name = file.Keys[i].Name.Replace("gemma.", "llama.", StringComparison.Ordinal) };
        file.Set("general.architecture", "llama");
        RefusedAs("Gemma", file);
    }

    /// <summary>Returns a tied Llama of one head of the given size in each layer.</summary>
    private static EditableGguf WithHeadsOf(int headDim)
    {
        var config = SmallModel.Config("GemmaForCausalLM");
        (config["head_dim"], config["num_attention_heads"], config["num_key_value_heads"]) = (headDim, 1, 1);
        EditableGguf file = GgufConversion.Of(config, SmallModel.Tensors(config), WeightType.Float16);
        for (int i = 0; i < file.Keys.Count; i++)
            file.Keys[i] = file.Keys[i] with { Name = file.Keys[i].Name.Replace("gemma.", "llama.", StringComparison.Ordinal) };
        file.Set("general.architecture", "llama");
        file.Tensors.Insert(0, file.Tensors.Single(tensor => tensor.Name == "token_embd.weight"));
        file.Tensors.RemoveAt(file.Tensors.FindLastIndex(tensor => tensor.Name == "token_embd.weight"));
        return file;
    }

    private void RefusedAs(string word, EditableGguf file, string name = "model.gguf") =>
        Refused.With(word, () => TransformerModel.WeightsBytes(file.Save(folder[name])));

    private void Opens(EditableGguf file) => Assert.True(TransformerModel.WeightsBytes(file.Save(folder["model.gguf"])) > 0);
}
