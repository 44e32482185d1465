using System.Text.Json.Nodes;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>
/// Rows of the area <i>HF folder</i> of <c>shared/traps</c> beside those of <see cref="FamilyCase.Spellings"/>: what is refused, and inputs
/// that are made from others.
/// </summary>
public sealed class FolderTrapTests : DeviceTests
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    [Theory]
    [InlineData("hf-quantised-elsewhere/bnb-nf4", "bitsandbytes")]
    [InlineData("hf-quantised-elsewhere/gptq", "gptq")]
    [InlineData("hf-quantised-elsewhere/compressed-tensors", "compressed-tensors")]
    [InlineData("hf-quantised-elsewhere/mlx-4bit", "MLX")]
    [InlineData("hf-tie-absent-llama-no-head", "'lm_head.weight'")]
    [InlineData("hf-tie-absent-llama-no-head", "\"tie_word_embeddings\": true")]
    [InlineData("hf-index-missing-file", "model-00002-of-00003.safetensors")]
    [InlineData("hf-index-missing-file", "incomplete")]
    [InlineData("hf-index-escapes", "'../hf-stray-files/model-")]
    [InlineData("hf-safetensors-empty-entry", "'lm_head.weight'")]
    [InlineData("hf-adapter-folder", "adapter")]
    [InlineData("hf-adapter-folder", "'example/base'")]
    [InlineData("hf-reward-model", "LlamaForSequenceClassification")]
    public void What_is_no_model_is_refused_by_name(string folder, string word) =>
        Refused.With(word, () => TransformerModel.Load(SharedData.Require($"traps/{folder}"), Open("cpu")).Dispose());

    [Fact]
    public void Tensors_of_other_parts_are_listed()
    {
        using var model = TransformerModel.Load(SharedData.Require("traps/hf-gemma3-multimodal"), Open("cpu"));
        Assert.NotEmpty(model.PassedOver);
        Assert.All(model.PassedOver, name => Assert.Matches("^(vision_tower|multi_modal_projector)\\.", name));
    }

    [Fact]
    public void A_head_that_differs_is_said_to()
    {
        using var model = TransformerModel.Load(SharedData.Require("traps/hf-tied-yet-stored"), Open("cpu"));
        Assert.Contains("'lm_head.weight'", model.Note, StringComparison.Ordinal);
    }

    /// <summary>Rows 44 and 45: YaRN lengthens the window, whether the file says so or not.</summary>
    [Theory]
    [InlineData("traps/hf-yarn-model-card")]
    [InlineData("traps/hf-yarn-no-original")]
    [InlineData("golden/families/qwen2-yarn")]
    public void The_window_is_that_of_the_factor(string folder) =>
        Assert.Equal(128, ModelFolder.ReadConfig(SharedData.Require(folder)).Window);

    /// <summary>Row 29: the newer prefixes.</summary>
    [Fact]
    public void The_newer_prefixes_of_a_larger_model_read_the_same()
    {
        using var copy = new Copy("traps/hf-gemma3-multimodal");
        const string Older = "language_model.model.";
        copy.Rename(name => name.StartsWith(Older, StringComparison.Ordinal)
            ? $"model.language_model.{name[Older.Length..]}"
            : $"model.{name}");
        copy.AssertLogits(Open("cpu"), "golden/families/gemma3");
    }

    /// <summary>Row 32: the tie stands in text_config, and no head is stored.</summary>
    [Fact]
    public void A_tie_inside_text_config_counts()
    {
        using var nested = new Copy("traps/hf-ministral3-untied");
        nested.Config.Remove("tie_word_embeddings");
        nested.Config["text_config"]!["tie_word_embeddings"] = true;
        nested.Weights.Remove("language_model.lm_head.weight");
        using var flat = new Copy("golden/families/ministral3");
        flat.Weights[Head] = new(Head, flat.Weights[Embedding].Type, flat.Weights[Embedding].Shape, flat.Weights[Embedding].Write);
        ComputeDevice device = Open("cpu");
        Assert.Equal(flat.Logits(device), nested.Logits(device));
    }

    /// <summary>Row 37: tying works in both directions.</summary>
    [Fact]
    public void A_tied_model_may_store_the_head_instead_of_the_embedding()
    {
        using var copy = new Copy("golden/families/llama3-parameters-tied");
        copy.Rename(name => name == Embedding ? Head : name);
        copy.AssertLogits(Open("cpu"), "golden/families/llama3-parameters-tied");
    }

    /// <summary>Row 38: Gemma's class ties.</summary>
    [Fact]
    public void Gemma_ties_where_nothing_is_said()
    {
        using var copy = new Copy("golden/families/gemma");
        copy.Config.Remove("tie_word_embeddings");
        copy.AssertLogits(Open("cpu"), "golden/families/gemma");
    }

    /// <summary>Row 51: null means as many as query heads.</summary>
    [Fact]
    public void No_key_heads_are_as_many_as_query_heads()
    {
        using var copy = new Copy("traps/hf-no-kv-heads");
        copy.Config["num_key_value_heads"] = null;
        copy.AssertLogits(Open("cpu"), "golden/families/llama2");
    }

    /// <summary>Seed-OSS is Llama with biases: the same weights and settings give the same logits.</summary>
    [Fact]
    public void Seed_oss_reads_as_llama_with_biases()
    {
        using var copy = new Copy("golden/families/llama-biases");
        copy.Config["architectures"] = new JsonArray("SeedOssForCausalLM");
        copy.Config["model_type"] = "seed_oss";
        copy.Config["attention_out_bias"] = true;
        copy.Config["head_dim"] = 16;
        copy.AssertLogits(Open("cpu"), "golden/families/llama-biases");
    }

    [Theory]
    [InlineData("""{"architectures":["MixtralForCausalLM"],"model_type":"mixtral"}""", "mixture of experts")]
    [InlineData("""{"architectures":["MixtralForCausalLM"],"model_type":"mixtral"}""", "nearest relative here is Mistral")]
    [InlineData("""{"architectures":["Qwen3MoeForCausalLM"],"model_type":"qwen3_moe"}""", "nearest relative here is Qwen3")]
    [InlineData("""{"architectures":["Qwen3NextForCausalLM"],"model_type":"qwen3_next"}""", "hybrid")]
    [InlineData("""{"architectures":["JambaForCausalLM"],"model_type":"jamba"}""", "hybrid")]
    [InlineData("""{"architectures":["MambaForCausalLM"],"model_type":"mamba"}""", "without attention")]
    [InlineData("""{"architectures":["NewForCausalLM"],"model_type":"new","num_experts":8}""", "mixture of experts")]
    [InlineData("""{"architectures":["NewForCausalLM"],"model_type":"new"}""", "'NewForCausalLM', a family that Homer does not know")]
    [InlineData("""{"architectures":["Qwen2ForSequenceClassification"],"model_type":"qwen2"}""", "another class than the Qwen2ForCausalLM")]
    [InlineData(
        """{"architectures":["LlavaForConditionalGeneration"],"model_type":"llava","text_config":{"model_type":"mixtral"}}""",
        "mixture of experts")]
    [InlineData("""{"model_type":"bert"}""", "no model that writes text")]
    [InlineData(
        """{"architectures":["PaliGemmaForConditionalGeneration"],"model_type":"paligemma","text_config":{"model_type":"gemma"}}""",
        "in both directions")]
    [InlineData(
        """{"architectures":["Gemma3ForSequenceClassification"],"model_type":"gemma3","text_config":{"model_type":"gemma3_text"}}""",
        "Gemma3ForSequenceClassification")]
    [InlineData("""{"architectures":["LlavaForConditionalGeneration"],"model_type":"llava","text_config":7}""", "text_config")]
    public void Other_families_are_refused_with_their_nearest_relative(string config, string word)
    {
        using var folder = new TemporaryFolder();
        folder.With("config.json", config);
        Refused.With(word, () => ModelConfig.Read(folder["config.json"]));
    }

    /// <summary>Numbers that JSON has no name for matter only where a number is read.</summary>
    [Theory]
    [InlineData("""{"rope_theta":Infinity}""", "rope_theta")]
    [InlineData("""{"num_hidden_layers":NaN}""", "num_hidden_layers")]
    public void Infinity_is_refused_where_a_number_is_read(string patch, string word)
    {
        using var copy = new CopiedModel();
        string name = word;
        copy.Patch($$"""{"{{name}}":"?"}""").Save();
        string number = patch[(patch.IndexOf(':', StringComparison.Ordinal) + 1)..^1];
        File.WriteAllText(copy.ConfigPath, File.ReadAllText(copy.ConfigPath).Replace("\"?\"", number, StringComparison.Ordinal));
        Refused.With(word, () => ModelConfig.Read(copy.ConfigPath));
    }

    /// <summary>A copy of a model folder whose settings and tensors a test may change.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly EditableSafetensors weights;
        private readonly string source;

        public Copy(string source)
        {
            this.source = source;
            string from = SharedData.Require(source);
            Config = JsonNode.Parse(File.ReadAllText(Path.Combine(from, "config.json")))!.AsObject();
            weights = new(Path.Combine(from, "model.safetensors"));
        }

        public JsonObject Config { get; }

        public SortedDictionary<string, SafetensorsPart> Weights => weights.Parts;

        public void Rename(Func<string, string> name)
        {
            SafetensorsPart[] parts = [.. Weights.Values];
            Weights.Clear();
            foreach (SafetensorsPart part in parts)
                Weights[name(part.Name)] = new(name(part.Name), part.Type, part.Shape, part.Write);
        }

        public float[] Logits(ComputeDevice device)
        {
            using var recorded = new FamilyCase(Path.GetFileName(source), Path.GetDirectoryName(source)!);
            return Logits(device, recorded.Ids);
        }

        public void AssertLogits(ComputeDevice device, string like)
        {
            using var recorded = new FamilyCase(Path.GetFileName(like), Path.GetDirectoryName(like)!);
            foreach ((int length, float[] expected) in recorded.Logits)
                Expected.AssertAll(Expected.Within(expected, 1e-3), Logits(device, recorded.Ids[..length]), $"logits of {length} ids");
        }

        public void Dispose() => folder.Dispose();

        private float[] Logits(ComputeDevice device, int[] ids)
        {
            folder.With("config.json", Config.ToJsonString());
            weights.Save(folder["model.safetensors"]);
            using var model = TransformerModel.Load(folder.Path, device);
            using KvContext context = KvContext.Create(model, model.Config.RopeScaling, ids.Length);
            var logits = new List<float>();
            context.Append(ids, observe: logits.AddRange);
            return [.. logits];
        }
    }
}
