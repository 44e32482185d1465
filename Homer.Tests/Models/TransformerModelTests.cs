using System.Runtime.InteropServices;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Loading of models. The base class checks that failures free all device memory.</summary>
public sealed class TransformerModelTests : DeviceTests
{
    private const string Up = "model.layers.2.mlp.up_proj.weight";
    private const string Norm = "model.layers.5.input_layernorm.weight";
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private static readonly int[] Ids = [1, 17, 63, 0, 5];

    [Theory]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("model.layers.0.self_attn.k_proj.weight")]
    [InlineData("model.layers.5.post_attention_layernorm.weight")]
    [InlineData("model.norm.weight")]
    [InlineData("lm_head.weight")]
    public void A_missing_tensor_is_named(string name) => RefuseToLoad(name, model => model.Weights.Remove(name));

    [Theory]
    [InlineData(Up, 32, 48)]
    [InlineData(Up, 48 * 32)]
    [InlineData(Up, 48, 32, 1)]
    [InlineData(Up, 47, 32)]
    [InlineData(Norm, 31)]
    [InlineData(Norm, 1, 32)]
    public void A_wrong_shape_is_named(string name, params int[] shape) =>
        RefuseToLoad($"{name} has shape [{string.Join(", ", shape)}]", model => model.Weights[name] =
            SafetensorsPart.Create(name, new float[shape.Aggregate(1, (a, b) => a * b)], Array.ConvertAll(shape, size => (long)size)));

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.bias")]
    [InlineData("model.layers.6.mlp.up_proj.weight")]
    [InlineData("model.layers.0.mlp.up_proj.weight_scale")]
    [InlineData("vision_tower.patch.weight")]
    public void A_surplus_tensor_is_named(string name) =>
        RefuseToLoad(name, model => model.Weights[name] = SafetensorsPart.Create(name, new float[32], 32));

    [Fact]
    public void Rotary_buffers_and_the_copy_of_a_tied_head_are_passed_over()
    {
        const string Buffer = "model.layers.0.self_attn.rotary_emb.inv_freq";
        using var copy = new CopiedModel();
        copy.Patch("""{"tie_word_embeddings":true}""").Weights[Buffer] = SafetensorsPart.Create(Buffer, new float[4], 4);
        SafetensorsPart table = copy.Weights[Embedding];
        copy.Weights[Head] = new(Head, table.Type, table.Shape, table.Write);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        Assert.Same(model.Weights.Embedding, model.Weights.Head);
        Assert.Null(model.Note);
    }

    /// <summary>Fine-tunes of tied models may train a head of their own and leave the setting as it was.</summary>
    [Fact]
    public void A_stored_head_that_differs_counts_although_config_ties_it()
    {
        using var copy = new CopiedModel();
        using var model = TransformerModel.Load(copy.Patch("""{"tie_word_embeddings":true}""").Save(), Open("cpu"));
        Assert.NotSame(model.Weights.Embedding, model.Weights.Head);
        Assert.Contains(Head, model.Note, StringComparison.Ordinal);
        Assert.False(model.Config.TieWordEmbeddings);
    }

    [Fact]
    public void A_tied_model_may_store_the_head_alone()
    {
        using var copy = new CopiedModel();
        copy.Patch("""{"tie_word_embeddings":true}""").Weights.Remove(Embedding);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        Assert.Same(model.Weights.Embedding, model.Weights.Head);
    }

    [Fact]
    public void A_missing_head_is_not_tied_by_guess() =>
        RefuseToLoad("\"tie_word_embeddings\": true", model => model.Weights.Remove(Head));

    [Fact]
    public void A_matrix_of_integers_is_refused() =>
        RefuseToLoad("I32", model => model.Weights[Up] = SafetensorsPart.Create(Up, new int[48 * 32], 48, 32));

    [Fact]
    public void A_norm_in_64_bits_is_refused() =>
        RefuseToLoad("F64", model => model.Weights[Norm] = SafetensorsPart.Create(Norm, new double[32], 32));

    [Theory]
    [InlineData("""{"hidden_size":64}""", "shape")]
    [InlineData("""{"vocab_size":65}""", "model.embed_tokens.weight")]
    [InlineData("""{"num_hidden_layers":7}""", "model.layers.6.input_layernorm.weight")]
    [InlineData("""{"num_key_value_heads":4}""", "k_proj")]
    [InlineData("""{"head_dim":16}""", "q_proj")]
    [InlineData("""{"intermediate_size":96}""", "gate_proj")]
    [InlineData("""{"num_hidden_layers":2000,"num_attention_heads":65536,"head_dim":256}""", "q_proj")]
    [InlineData("""{"num_hidden_layers":16777216}""", "num_hidden_layers is 16777216")]
    [InlineData("""{"attention_bias":true}""", "self_attn.q_proj.bias")]
    [InlineData("""{"mlp_bias":true}""", "mlp.gate_proj.bias")]
    [InlineData("""{"num_hidden_layers":5}""", "'model.layers.5.input_layernorm.weight' is no tensor of a Llama model")]
    [InlineData("""{"architectures":["Qwen3ForCausalLM"]}""", "self_attn.q_norm.weight")]
    [InlineData("""{"architectures":["Phi3ForCausalLM"]}""", "self_attn.qkv_proj.weight")]
    public void A_configuration_of_another_model_is_refused(string patch, string word) => RefuseToLoad(word, model => model.Patch(patch));

    [Fact]
    public void A_truncated_file_is_refused()
    {
        using var model = new CopiedModel();
        string folder = model.Save();
        using (FileStream file = File.OpenWrite(model.WeightsPath))
            file.SetLength(file.Length - 1);
        ComputeDevice device = Open("cpu");
        Refused.With("model.safetensors", () => TransformerModel.Load(folder, device));
    }

    [Fact]
    public void A_folder_without_files_is_refused()
    {
        using var folder = new TemporaryFolder();
        ComputeDevice device = Open("cpu");
        Refused.With("config.json", () => TransformerModel.Load(folder.Path, device));
        Refused.With("not a folder", () => TransformerModel.Load(folder["missing"], device));
    }

    [Fact]
    public void Weights_are_accounted_byte_for_byte()
    {
        using var copy = new CopiedModel();
        string folder = copy.Save();
        ComputeDevice device = Open("cpu");
        long before = device.Memory.Of(MemoryUse.Weights);
        using var model = TransformerModel.Load(folder, device);
        Assert.Equal(copy.Weights.Values.Sum(part => part.ByteLength), device.Memory.Of(MemoryUse.Weights) - before);
        Assert.Equal(model.Config.ParameterCount * sizeof(float), device.Memory.Of(MemoryUse.Weights) - before);
    }

    [Theory]
    [InlineData(SafetensorsType.F16)]
    [InlineData(SafetensorsType.BF16)]
    public void Weights_of_16_bits_count_as_their_widened_values(SafetensorsType type)
    {
        using CopiedModel narrow = new(), wide = new();
        foreach ((string name, SafetensorsPart part) in narrow.Weights.ToList())
        {
            ushort[] bits = Array.ConvertAll(Values(part), value => type == SafetensorsType.F16
                ? BitConverter.HalfToUInt16Bits((Half)value)
                : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
            narrow.Weights[name] = new(name, type, part.Shape, stream => stream.Write(MemoryMarshal.AsBytes<ushort>(bits)));
            float[] widened = Array.ConvertAll(bits, value => type == SafetensorsType.F16
                ? (float)BitConverter.UInt16BitsToHalf(value)
                : BitConverter.UInt32BitsToSingle((uint)value << 16));
            wide.Weights[name] = SafetensorsPart.Create(name, widened, [.. part.Shape]);
        }

        ComputeDevice device = Open("cpu");
        Expected.AssertAll(Expected.Within(Logits(wide, device), 1e-5), Logits(narrow, device), "logits");
    }

    [Fact]
    public void A_tied_head_is_the_embedding()
    {
        using CopiedModel tied = new(), copied = new();
        tied.Patch("""{"tie_word_embeddings":true}""").Weights.Remove("lm_head.weight");
        float[] embedding = Values(copied.Weights["model.embed_tokens.weight"]);
        copied.Weights["lm_head.weight"] = SafetensorsPart.Create("lm_head.weight", embedding, 64, 32);
        ComputeDevice device = Open("cpu");
        Assert.Equal(Logits(copied, device), Logits(tied, device));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    [InlineData(int.MaxValue)]
    public void Ids_out_of_range_are_refused(int id)
    {
        using var copy = new CopiedModel();
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        using KvContext context = KvContext.Create(model, RopeScaling.None, 4);
        Refused.With($"Token id {id} ", () => context.Append([1, id]));
        Assert.Equal(0, context.Length);
        foreach (ContextInput input in new ContextInput[] { new([id], [1], [1]), new([1], [id], [1]), new([1], [1], [id]) })
            Refused.With($"Token id {id} ", () => new PlainMethod().Read(new(model, input)));
    }

    private static float[] Logits(CopiedModel copy, ComputeDevice device)
    {
        using var model = TransformerModel.Load(copy.Save(), device);
        using KvContext context = KvContext.Create(model, RopeScaling.None, Ids.Length);
        context.Append(Ids);
        return context.ReadLogits();
    }

    private static float[] Values(SafetensorsPart part)
    {
        using var stream = new MemoryStream();
        part.Write(stream);
        return MemoryMarshal.Cast<byte, float>(stream.ToArray()).ToArray();
    }

    private void RefuseToLoad(string word, Action<CopiedModel> spoil)
    {
        using var model = new CopiedModel();
        spoil(model);
        string folder = model.Save();
        ComputeDevice device = Open("cpu");
        Refused.With(word, () => TransformerModel.Load(folder, device));
    }
}
