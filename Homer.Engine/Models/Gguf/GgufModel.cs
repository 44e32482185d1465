using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Files;
using Homer.Engine.Models.Families;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Weights;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Models.Gguf;

/// <summary>
/// A model in a GGUF file, as its family sees a folder: its keys are read as a config.json, and its tensors have the family's names.
/// Whatever comes after is shared with folders.
/// </summary>
internal static class GgufModel
{
    private const string ArchitectureKey = "general.architecture";
    private const string EmbeddingName = "token_embd.weight";
    private const string HeadName = "output.weight";

    // Ends of a text, of a turn and of a message.
    private static readonly string[] EndNames = ["eos", "eot", "eom"];

    /// <summary>Opens a model.</summary>
    /// <param name="path">The file, or the first of its parts.</param>
    /// <exception cref="HomerException">
    /// The file is broken, no model, or of an architecture or with settings that Homer does not know.
    /// </exception>
    public static ModelSource Open(string path)
    {
        GgufParts parts = GgufParts.Open(path);
        try
        {
            GgufCompanions.Refuse(parts);
            GgufArchitecture architecture = Find(parts.Keys);
            DisguisedGemma.Refuse(parts, architecture.Name);
            JsonObject json = Settings(parts, architecture);
            ModelConfig config;
            using (JsonDocument document = JsonDocument.Parse(json.ToJsonString()))
                config = ModelFolder.WithKnownEnds(ModelConfig.Read(parts.Path, document.RootElement));
            var names = new GgufNames(config, architecture.MlpNorm);
            var weights = WeightFiles.OfGguf(parts.Path, parts.Files, Rename(parts, architecture, config, names), names.InFile);
            return new(config, weights) { Settings = json };
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private static GgufArchitecture Find(GgufKeys keys)
    {
        string name = keys.Text(ArchitectureKey)
            ?? throw new HomerException($"'{keys.Path}' lacks the key {ArchitectureKey}; export the model again.");
        return GgufArchitecture.All.FirstOrDefault(architecture => architecture.Name == name)
            ?? throw keys.Invalid(
                ArchitectureKey,
                $"is {Quoted.Text(name)}{OtherFamilies.Describe(name)}; Homer runs "
                + string.Join(", ", GgufArchitecture.All.Select(architecture => architecture.Name)));
    }

    /// <summary>Returns the settings of a model as its family's config.json has them.</summary>
    private static JsonObject Settings(GgufParts parts, GgufArchitecture architecture)
    {
        var keys = new GgufSettings(parts.Keys, architecture.Name);
        if (keys.OptionalInteger("expert_count") is > 0 and var experts)
        {
            throw keys.Invalid(
                "expert_count",
                $"is {experts}: the model is a mixture of experts, which Homer does not run; its nearest relative here is a dense "
                + architecture.Family);
        }

        long hidden = keys.Integer("embedding_length"), heads = keys.Integer("attention.head_count");
        long window = keys.Integer("context_length");
        if (heads == 0)
            throw keys.Invalid("attention.head_count", "is 0");
        long layers = keys.Integer("block_count");
        if (layers > parts.Tensors.Count)
            throw keys.Invalid("block_count", $"is {layers}, more layers than the file has tensors, {parts.Tensors.Count}");
        long headDim = keys.OptionalInteger("attention.key_length") ?? hidden / heads;
        if (headDim == 0 || (!parts.Keys.Has(keys.Key("attention.key_length")) && hidden % heads != 0))
            throw keys.Invalid("attention.head_count", $"is {heads}, which cannot share an embedding_length of {hidden} evenly");
        if (keys.OptionalInteger("attention.value_length") is { } valueDim && valueDim != headDim)
            throw keys.Invalid("attention.value_length", $"is {valueDim}, but keys have {headDim} elements; Homer needs both alike");
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture.Class),
            ["model_type"] = architecture.ModelType,
            ["hidden_size"] = hidden,
            ["intermediate_size"] = keys.Integer("feed_forward_length"),
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keys.OptionalInteger("attention.head_count_kv") ?? heads,
            ["head_dim"] = headDim,
            ["vocab_size"] = VocabularySize(parts),
            ["max_position_embeddings"] = window,
            ["rms_norm_eps"] = keys.Number("attention.layer_norm_rms_epsilon"),
            ["hidden_act"] = "silu",
            ["rope_theta"] = keys.OptionalNumber("rope.freq_base") ?? 10000,
            ["tie_word_embeddings"] = !parts.Tensors.ContainsKey(HeadName),
        };
        long rotated = keys.OptionalInteger("rope.dimension_count") ?? headDim;
        if (rotated != headDim)
            json["partial_rotary_factor"] = Share(rotated, headDim);
        if (GgufRope.Read(keys, parts.Tensors, window) is { } scaling)
            json["rope_scaling"] = scaling;
        AddBiases(parts, architecture, json);
        AddSpecialTokens(parts.Keys, json);
        architecture.Extend(keys, json);
        keys.RefuseUnread();
        return json;
    }

    /// <summary>Returns the factor that gives the rotated elements again, which a family computes by rounding down.</summary>
    private static double Share(long rotated, long headDim)
    {
        double share = (double)rotated / headDim;
        return (long)(headDim * share) < rotated ? Math.BitIncrement(share) : share;
    }

    private static long VocabularySize(GgufParts parts)
    {
        if (!parts.Tensors.TryGetValue(EmbeddingName, out WeightTensor embedding))
            throw new HomerException($"'{parts.Path}' lacks the tensor {EmbeddingName}, without which it is no model; fetch it again.");
        if (embedding.Tensor.Shape is not [var rows, _])
            throw new HomerException($"'{embedding.File.Path}': {EmbeddingName} is not a matrix; export the model again.");
        if (parts.Keys.Count(GgufTokens.TextsKey) is { } tokens && tokens != rows)
            throw parts.Keys.Invalid(GgufTokens.TextsKey, $"has {tokens} tokens, but {EmbeddingName} has {rows} rows");
        return rows;
    }

    // Families whose class has biases in any case have no setting for them.
    private static void AddBiases(GgufParts parts, GgufArchitecture architecture, JsonObject json)
    {
        bool hasQueryBias = parts.Tensors.ContainsKey("blk.0.attn_q.bias");
        if (architecture.Name == "seed_oss")
        {
            json["attention_bias"] = hasQueryBias;
            json["attention_out_bias"] = parts.Tensors.ContainsKey("blk.0.attn_output.bias");
        }
        else if (architecture.Name != "qwen2" && hasQueryBias)
        {
            json["attention_bias"] = true;
        }

        if (parts.Tensors.ContainsKey("blk.0.ffn_gate.bias"))
            json["mlp_bias"] = true;
    }

    private static void AddSpecialTokens(GgufKeys keys, JsonObject json)
    {
        if (Id("bos") is { } first)
            json["bos_token_id"] = first;
        if (Id("padding") is { } padding)
            json["pad_token_id"] = padding;
        // Conversions name one end where the model has several, so those of well-known names count too.
        IEnumerable<int> named = keys.IsTexts(GgufTokens.TextsKey) ? GgufTokens.EndIds(keys.Texts(GgufTokens.TextsKey)!) : [];
        int[] last = [.. EndNames.Select(Id).OfType<int>().Concat(named).Distinct()];
        if (last.Length > 0)
            json["eos_token_id"] = last.Length == 1 ? last[0] : new JsonArray([.. last.Select(id => (JsonNode)id)]);

        int? Id(string name) => keys.Integer($"tokenizer.ggml.{name}_token_id") is >= 0 and <= int.MaxValue and var id ? (int)id : null;
    }

    /// <summary>Returns all tensors under the names that the family has for them; unknown ones keep their own.</summary>
    private static IEnumerable<KeyValuePair<string, WeightTensor>> Rename(
        GgufParts parts, GgufArchitecture architecture, ModelConfig config, GgufNames names)
    {
        int[]? order = architecture.HasPairedRows ? PairedRows(config.HeadDim) : null;
        foreach ((string name, WeightTensor tensor) in parts.Tensors)
        {
            if (GgufRope.Tensors.Contains(name))
                continue;
            bool isPaired = GgufNames.IsQueryOrKey(name), isNorm = name.EndsWith("norm.weight", StringComparison.Ordinal);
            yield return new(names.Of(name), tensor with
            {
                HeadOrder = isPaired ? order : null,
                AddedOffset = isNorm ? architecture.AddedToNorms : 0,
            });
        }
    }

    /// <summary>
    /// Returns the index that each row of a head has in files where rows that rotate together, i and i + head_dim / 2, are neighbours.
    /// </summary>
    private static int[] PairedRows(int headDim) =>
        [.. Enumerable.Range(0, headDim).Select(row => (2 * (row % (headDim / 2))) + (row / (headDim / 2)))];
}
