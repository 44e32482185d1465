using System.Text.Json.Nodes;
using Homer.Engine.Models;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>
/// GGUF files as they are found, made here: those that hold the same model in another way give its logits to the bit, and the broken ones
/// are refused by name.
/// </summary>
public sealed class GgufContainerTests : DeviceTests
{
    private static readonly int[] Ids = [1, 5, 9, 33, 2, 40, 41, 17];

    private readonly TemporaryFolder folder = new();

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Theory, InlineData(1), InlineData(8), InlineData(16), InlineData(64), InlineData(4096)]
    public void Any_power_of_two_aligns(int alignment) => ReadsLike(file =>
    {
        file.Alignment = alignment;
        file.Set("general.alignment", (uint)alignment);
    });

    [Theory, InlineData(0u), InlineData(48u), InlineData(uint.MaxValue)]
    public void Other_alignments_are_refused(uint alignment) =>
        IsRefused("general.alignment", file => file.Set("general.alignment", alignment));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(5, 4)]
    [InlineData(10, 8)]
    [InlineData(11, 8)]
    public void Integers_of_any_width_count(uint type, int bytes) => ReadsLike(file =>
    {
        foreach ((string name, _, byte[] value) in file.Keys.Where(key => key.Type == 4).ToArray())
            file.Set(name, type, [.. value.Concat(new byte[4]).Take(bytes)]);
    });

    [Fact]
    public void A_wide_float_counts() => ReadsLike(file => file.Set(
        "llama.attention.layer_norm_rms_epsilon", 12, BitConverter.GetBytes(1e-5)));

    [Fact]
    public void Tensors_may_lie_in_any_order() => ReadsLike(file =>
    {
        var shuffled = file.Tensors.ToArray();
        new Random(5).Shuffle(shuffled);
        file.Tensors.Clear();
        file.Tensors.AddRange(shuffled);
    });

    [Fact]
    public void Bytes_behind_the_last_tensor_do_not_matter()
    {
        (byte[] bytes, _) = EditableGguf.Llama().ToBytes();
        float[] expected = Logits(folder.With("a.gguf", bytes)["a.gguf"]);
        Assert.Equal(expected, Logits(folder.With("b.gguf", [.. bytes, 1, 2, 3])["b.gguf"]));
        EditableGguf wide = EditableGguf.Llama();
        wide.Alignment = 512;
        wide.Set("general.alignment", 512);
        Assert.Equal(expected, Logits(folder.With("c.gguf", wide.ToBytes().Bytes.AsSpan(..^256))["c.gguf"]));
    }

    [Fact]
    public void Parts_are_one_model()
    {
        float[] expected = Logits(EditableGguf.Llama().Save(folder["whole.gguf"]));
        Assert.Equal(expected, Logits(EditableGguf.Llama().SaveParts(folder, 3)));
        Assert.Equal(expected, Logits(EditableGguf.Llama().SaveParts(folder, 5)));
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused()
    {
        EditableGguf model = EditableGguf.Llama();
        string first = model.SaveParts(folder, 3), last = EditableGguf.PartName(2, 3);
        Refused.With(EditableGguf.PartName(0, 3), () => TransformerModel.WeightsBytes(folder[last]));
        File.Move(folder[last], folder["other.gguf"]);
        Refused.With(last, () => TransformerModel.WeightsBytes(first));
        File.Copy(folder[EditableGguf.PartName(1, 3)], folder[last]);
        Refused.With("which an earlier part has, too", () => TransformerModel.WeightsBytes(first));
        Changed("split.no", (file, part) => file.Set("split.no", 2, BitConverter.GetBytes((ushort)(part == 0 ? 0 : 3 - part))));
        Changed("split.count", (file, part) => file.Set("split.count", 2, BitConverter.GetBytes((ushort)(part == 2 ? 4 : 3))));
        Changed("split.no", (file, part) => file.Keys.RemoveAll(key => part == 1 && key.Name == "split.no"));
        Changed("promises 20 tensors, but 19", (file, part) => file.Tensors.RemoveRange(0, part == 2 ? 1 : 0));

        void Changed(string word, Action<EditableGguf, int> change)
        {
            string path = model.SaveParts(folder, 3, change);
            Refused.With(word, () => TransformerModel.WeightsBytes(path));
        }
    }

    [Theory]
    [InlineData(4, "4 (Q4_2")]
    [InlineData(31, "31 (Q4_0_4_4")]
    [InlineData(36, "36 (IQ4_NL_4_4")]
    [InlineData(16, "16 (IQ2_XXS")]
    [InlineData(40, "40 (NVFP4")]
    [InlineData(200, "200, which")]
    [InlineData(uint.MaxValue, "4294967295, which")]
    public void Unknown_types_are_named(uint type, string word) => IsRefused(
        $"'blk.1.ffn_down.weight' is of storage type {word}",
        file => Change(file, "blk.1.ffn_down.weight", tensor => tensor with { Type = type }));

    [Theory]
    [InlineData(4ul, (1ul << 30) - 1, (1ul << 30) + 1)]
    [InlineData(1ul << 32, 1ul << 32)]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue)]
    [InlineData(1ul, 1ul, 1ul, 1ul, 1ul)]
    [InlineData(1ul << 60)]
    public void Shapes_that_cannot_be_are_named(params ulong[] shape) =>
        IsRefused("wrap.weight", file => file.Tensors.Add(("wrap.weight", shape, 0, new byte[16])));

    [Fact]
    public void Duplicates_are_refused()
    {
        IsRefused("'llama.block_count' is there twice", file => file.Keys.Add(file.Keys.Single(key => key.Name == "llama.block_count")));
        IsRefused("'output_norm.weight' is there twice", file => file.Tensors.Add(file.Tensors[^1]));
    }

    /// <summary>Two names of a file that mean the same tensor of the family.</summary>
    [Theory]
    [InlineData("blk.01.ffn_down.weight")]
    [InlineData("model.layers.1.mlp.down_proj.weight")]
    public void Two_tensors_for_one_place_are_refused(string name) => IsRefused(
        name, file => file.Tensors.Add(file.Tensors.Single(tensor => tensor.Name == "blk.1.ffn_down.weight") with { Name = name }));

    /// <summary>A norm that only other families have.</summary>
    [Theory]
    [InlineData("blk.0.post_attention_norm.weight")]
    [InlineData("blk.0.post_ffw_norm.weight")]
    public void A_norm_of_another_family_is_refused(string name) => IsRefused(
        name, file => file.Tensors.Add(file.Tensors.Single(tensor => tensor.Name == "output_norm.weight") with { Name = name }));

    [Fact]
    public void Missing_tensors_have_their_name_in_the_file() => IsRefused(
        "'blk.1.ffn_norm.weight'", file => file.Tensors.RemoveAll(tensor => tensor.Name == "blk.1.ffn_norm.weight"));

    [Theory]
    [InlineData(0ul, "'output_norm.weight' and 'token_embd.weight' lie on the same bytes")]
    [InlineData(33ul, "no multiple of its alignment")]
    [InlineData(1ul << 40, "incomplete")]
    [InlineData(1ul << 63, "incomplete")]
    [InlineData(ulong.MaxValue - 31, "incomplete")]
    public void Wrong_offsets_are_refused(ulong offset, string word) =>
        IsRefused(word, file => file.Offsets["output_norm.weight"] = offset);

    /// <summary>An end that the model cannot generate is passed over with a word.</summary>
    [Fact]
    public void An_end_beyond_the_vocabulary_is_noted()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("tokenizer.ggml.eos_token_id", 70000u);
        file.Set("tokenizer.ggml.eot_token_id", 7u);
        using ModelSource source = ModelSource.Open(file.Save(folder["model.gguf"]));
        Assert.Equal([7], source.Config.EndOfSequence);
        Assert.Contains("70000", Assert.Single(source.Config.Notes), StringComparison.Ordinal);
    }

    /// <summary>An untied fine-tune of a family that ties its head.</summary>
    [Theory]
    [InlineData("GemmaForCausalLM")]
    [InlineData("Gemma2ForCausalLM")]
    [InlineData("Gemma3ForCausalLM")]
    [InlineData("Qwen3ForCausalLM")]
    public void A_head_of_its_own_is_used(string family)
    {
        JsonObject tied = SmallModel.Config(family), untied = SmallModel.Config(family);
        untied["tie_word_embeddings"] = false;
        EditableGguf file = GgufConversion.Of(tied, SmallModel.Tensors(tied));
        (string Name, ulong[] Shape, uint Type, byte[] Data) table = file.Tensors.Single(tensor => tensor.Name == "token_embd.weight");
        float[] expected = Logits(file.Save(folder["tied.gguf"]));
        // The rows in reverse order give the logits in reverse order.
        int row = (int)table.Shape[0] * sizeof(float), rows = (int)table.Shape[1];
        file.Tensors.Add(("output.weight", table.Shape, 0, [.. table.Data.Chunk(row).Reverse().SelectMany(bytes => bytes)]));
        Assert.Equal([.. expected.Chunk(rows).SelectMany(logits => logits.Reverse())], Logits(file.Save(folder["untied.gguf"])));
    }

    private static void Change(
        EditableGguf file, string name, Func<(string Name, ulong[] Shape, uint Type, byte[] Data), (string, ulong[], uint, byte[])> change)
    {
        int at = file.Tensors.FindIndex(tensor => tensor.Name == name);
        file.Tensors[at] = change(file.Tensors[at]);
    }

    private void ReadsLike(Action<EditableGguf> change)
    {
        EditableGguf file = EditableGguf.Llama();
        float[] expected = Logits(file.Save(folder["plain.gguf"]));
        change(file);
        Assert.Equal(expected, Logits(file.Save(folder["changed.gguf"])));
    }

    private void IsRefused(string word, Action<EditableGguf> change)
    {
        EditableGguf file = EditableGguf.Llama();
        change(file);
        string path = file.Save(folder["model.gguf"]);
        Refused.With(word, () => TransformerModel.WeightsBytes(path));
    }

    private static float[] Logits(string path)
    {
        using var model = TransformerModel.Load(path, TestDevices.Open("cpu"));
        return GgufCase.Prefill(model, Ids);
    }
}
