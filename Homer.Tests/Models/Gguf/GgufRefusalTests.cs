using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>GGUF files that Homer does not open, and the word that the refusal must have.</summary>
public sealed class GgufRefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Files of <c>shared/traps</c>.</summary>
    public static TheoryData<string, string> Traps => new()
    {
        { "gguf-alignment/align0.gguf", "general.alignment" },
        { "gguf-alignment/align48.gguf", "general.alignment" },
        { "gguf-big-endian/big-endian.gguf", "byte order" },
        { "gguf-versions/v1.gguf", "version 1" },
        { "gguf-versions/v4.gguf", "version 4" },
        { "gguf-odd-metadata/nested-deep.gguf", "within" },
        { "gguf-odd-metadata/array-of-type-77.gguf", "zz.elements" },
        { "gguf-missing-keys/no-block-count.gguf", "llama.block_count" },
        { "gguf-missing-keys/no-context-length.gguf", "llama.context_length" },
        { "gguf-missing-keys/no-embedding-length.gguf", "llama.embedding_length" },
        { "gguf-missing-keys/no-feed-forward-length.gguf", "llama.feed_forward_length" },
        { "gguf-missing-keys/no-head-count.gguf", "llama.attention.head_count" },
        { "gguf-missing-keys/no-layer-norm-rms-epsilon.gguf", "llama.attention.layer_norm_rms_epsilon" },
        { "gguf-split/whole/m-00002-of-00003.gguf", "m-00001-of-00003.gguf" },
        { "gguf-split/whole/m-00003-of-00003.gguf", "m-00001-of-00003.gguf" },
        { "gguf-split/missing-third/m-00001-of-00003.gguf", "m-00003-of-00003.gguf" },
        { "gguf-split/renamed/part1.gguf", "part1-00001-of-00003.gguf" },
        { "gguf-split/swapped/m-00001-of-00003.gguf", "split.no" },
        { "gguf-split/counts-differ/m-00001-of-00003.gguf", "split.count" },
        { "gguf-split/tensor-count-differs/m-00001-of-00003.gguf", "promises 21 tensors, but 18" },
        { "gguf-removed-types/type-36-i2_s.gguf", "'blk.1.ffn_down.weight' is of storage type 36 (IQ4_NL_4_4" },
        { "gguf-removed-types/type-31-q4_0_4_4.gguf", "'blk.1.ffn_down.weight' is of storage type 31 (Q4_0_4_4" },
        { "gguf-removed-types/type-4-q4_2.gguf", "'blk.1.ffn_down.weight' is of storage type 4 (Q4_2" },
        { "gguf-removed-types/type-200-future.gguf", "'blk.1.ffn_down.weight' is of storage type 200" },
        { "gguf-size-wraps/dim-negative.gguf", "wrap.weight" },
        { "gguf-size-wraps/five-dims.gguf", "wrap.weight" },
        { "gguf-size-wraps/pads-to-zero.gguf", "wrap.weight" },
        { "gguf-size-wraps/product-2-64.gguf", "wrap.weight" },
        { "gguf-duplicates/key-twice.gguf", "llama.rope.freq_base" },
        { "gguf-duplicates/tensor-twice.gguf", "twice" },
        { "gguf-offsets/overlap.gguf", "token_embd.weight" },
        { "gguf-offsets/not-aligned.gguf", "token_embd.weight" },
        { "gguf-rope-keys/type-unknown.gguf", "llama.rope.scaling.type" },
        { "gguf-companions/mmproj-model-f32.gguf", "projector" },
        { "gguf-companions/lora-adapter.gguf", "adapter" },
        { "gguf-companions/imatrix.gguf", "importance matrix" },
        { "gguf-companions/vocabulary-only.gguf", "vocabulary" },
    };

    /// <summary>Keys of a small valid file that are changed, and the word of the refusal.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "general.architecture", "mamba", "'mamba', a model without attention, whose nearest relative here is Llama" },
        { "general.architecture", "qwen2moe", "a mixture of experts, whose nearest relative here is Qwen2" },
        { "general.architecture", "qwen3next", "a hybrid of attention and recurrent layers, whose nearest relative here is Qwen3" },
        { "general.architecture", "gpt-oss", "a mixture of experts, whose nearest relative here is Llama" },
        { "general.architecture", "command-r", "a dense decoder of another form, whose nearest relative here is Llama" },
        { "general.architecture", "granitehybrid", "whose nearest relative here is Granite" },
        { "general.architecture", "gemma3n", "whose nearest relative here is Gemma 3" },
        { "general.architecture", "never-heard-of", "a family that Homer does not know" },
        { "llama.block_count", "many", "llama.block_count" },
        { "llama.rope.scaling.type", "su", "llama.rope.scaling.type" },
        { "llama.rope.scaling.type", "linear", "llama.rope.scaling.factor" },
        { "llama.rope.scaling.type", "yarn", "llama.rope.scaling.factor" },
        { "llama.rope.scaling.type", "longrope", "rope_factors_short.weight" },
        { "llama.attention.unheard_of", "of", "llama.attention.unheard_of" },
    };

    /// <summary>Numbers of a small valid file that are changed, and the word of the refusal.</summary>
    public static TheoryData<string, uint, string> Numbers => new()
    {
        { "llama.expert_count", 8, "mixture of experts, which Homer does not run; its nearest relative here is a dense Llama" },
        { "llama.block_count", 1_000_000, "llama.block_count" },
        { "llama.attention.head_count", 0, "llama.attention.head_count" },
        { "llama.attention.head_count", 5, "llama.attention.head_count" },
        { "llama.attention.value_length", 8, "llama.attention.value_length" },
        { "llama.vocab_size_of_experts", 1, "llama.vocab_size_of_experts" },
        { "llama.block_count", 1, "blk.1." },
        { "llama.block_count", 3, "blk.2" },
        { "llama.feed_forward_length", 4_000_000_000, "intermediate_size" },
        { "llama.feed_forward_length", 65, "blk.0.ffn_gate.weight" },
        { "split.no", 3, "split.no" },
        { "split.count", 0, "split.count" },
        { "split.tensors.count", 22, "split.tensors.count" },
    };

    [Theory, MemberData(nameof(Traps))]
    public void Files_of_the_wild_are_refused(string file, string word)
    {
        string path = SharedData.Require($"traps/{file}");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused.With(word, () => TransformerModel.WeightsBytes(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Theory, MemberData(nameof(Changes))]
    public void Wrong_texts_are_refused(string key, string value, string word)
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set(key, value);
        RefusedWith(word, file);
    }

    [Theory, MemberData(nameof(Numbers))]
    public void Wrong_numbers_are_refused(string key, uint value, string word)
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set(key, value);
        RefusedWith(word, file);
    }

    [Fact]
    public void A_small_file_is_not_refused() =>
        Assert.InRange(TransformerModel.WeightsBytes(EditableGguf.Llama().Save(folder["model.gguf"])), 1, 1 << 20);

    [Fact]
    public void Layers_that_differ_are_refused()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("llama.feed_forward_length", 9, TwoNumbers(64, 32));
        RefusedWith("llama.feed_forward_length", file);
    }

    [Fact]
    public void Layers_that_are_alike_are_one_number()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Set("llama.feed_forward_length", 9, TwoNumbers(64, 64));
        Assert.InRange(TransformerModel.WeightsBytes(file.Save(folder["model.gguf"])), 1, 1 << 20);
    }

    [Fact]
    public void A_tensor_that_the_model_would_not_use_is_refused()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Tensors.Add(("blk.0.attn_sinks.weight", [4], 0, new byte[16]));
        RefusedWith("blk.0.attn_sinks.weight", file);
    }

    [Fact]
    public void The_end_of_the_file_is_checked()
    {
        (byte[] bytes, int data) = EditableGguf.Llama().ToBytes();
        RefusedWith("incomplete", bytes[..^300]);
        RefusedWith("not a valid GGUF file", bytes[..(data / 3)]);
        RefusedWith("empty", []);
        RefusedWith("GGUF", "<!DOCTYPE html><html><body>404</body></html>"u8.ToArray());
        string path = folder["trailing.gguf"];
        File.WriteAllBytes(path, [.. bytes, 1, 2, 3]);
        Assert.InRange(TransformerModel.WeightsBytes(path), 1, 1 << 20);
    }

    [Fact]
    public void The_last_tensor_needs_no_padding()
    {
        EditableGguf file = EditableGguf.Llama();
        file.Alignment = 512;
        file.Set("general.alignment", 512);
        (byte[] bytes, _) = file.ToBytes();
        string path = folder["model.gguf"];
        File.WriteAllBytes(path, bytes[..^256]);
        Assert.InRange(TransformerModel.WeightsBytes(path), 1, 1 << 20);
    }

    [Fact]
    public void A_path_that_is_nothing_is_refused() =>
        Refused.With("GGUF", () => TransformerModel.WeightsBytes(folder["nothing.gguf"]));

    [Fact]
    public void A_million_keys_are_refused()
    {
        EditableGguf file = EditableGguf.Llama();
        for (int i = 0; i < 1_000_000; i++)
            file.Keys.Add(($"k{i}", 0, [0]));
        RefusedWith("keys", file);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Returns a list of two 32-bit numbers.</summary>
    private static byte[] TwoNumbers(uint first, uint second) =>
    [
        .. BitConverter.GetBytes(4u), .. BitConverter.GetBytes(2ul), .. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second),
    ];

    private void RefusedWith(string word, EditableGguf file) => RefusedWith(word, file.ToBytes().Bytes);

    private void RefusedWith(string word, byte[] bytes)
    {
        string path = folder["refused.gguf"];
        File.WriteAllBytes(path, bytes);
        Refused.With(word, () => TransformerModel.WeightsBytes(path));
    }
}
