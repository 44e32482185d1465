using Homer.Engine.Files;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// The form in which files hold a model: the prefix of its tensors, whether the head is stored, and what belongs to other parts of a
/// larger model. Settings leave these open, so the files decide.
/// </summary>
internal sealed class StoredTensors
{
    // Where the text part of a model of text and images may lie, by the prefix of its tensors.
    private static readonly string[] Prefixes = ["", "language_model.", "model.language_model.", "model.text_model.", "text_model."];

    // The first words of tensors of other parts.
    private static readonly string[] OtherParts =
    [
        "vision", "visual", "image", "multi_modal", "multimodal", "mm_", "audio", "speech", "sound", "embed_vision", "embed_audio",
        "projector", "connector", "aligner", "patch_", "siglip", "pixtral",
    ];

    // Endings of tensors that only quantized weights have.
    private static readonly (string Ending, string Method)[] QuantizedNames =
    [
        (".g_idx", "GPTQ"), (".qweight", "GPTQ or AWQ"), (".qzeros", "GPTQ or AWQ"), (".weight_packed", "compressed-tensors"),
        (".weight.absmax", "bitsandbytes"), (".weight.quant_map", "bitsandbytes"), (".SCB", "bitsandbytes"),
        (".weight_scale_inv", "FP8"), (".weight_scale", "FP8"), (".input_scale", "FP8"), (".scales", "another program"),
    ];

    // Computed from the configuration; older files carry them.
    private const string RotaryBuffer = ".rotary_emb.inv_freq";

    private readonly WeightFiles files;

    /// <summary>Compares a configuration with the files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="readsWeights">
    /// Whether a head that is stored though the configuration ties it may be compared with the embedding table, byte by byte; otherwise the
    /// two are taken for equal.
    /// </param>
    /// <exception cref="HomerException">The head is neither stored nor tied.</exception>
    public StoredTensors(WeightFiles files, ModelConfig config, bool readsWeights = true)
    {
        this.files = files;
        HasFp8 = files.Names.Any(name => Fp8Matrix.Is(files[name]));
        RefuseQuantized();
        TensorNames names = Names(config);
        string embedding = names.Embedding + ".weight", head = names.Head + ".weight";
        bool hasEmbedding = files.TryGet(embedding, out WeightTensor table), hasHead = files.TryGet(head, out WeightTensor stored);
        bool isTied = config.TieWordEmbeddings;
        if (isTied && hasHead && !hasEmbedding)
        {
            // Tied the other way round.
            names = names with { Embedding = names.Head };
        }
        else if (isTied && hasHead && readsWeights && !AreEqual(table, stored))
        {
            isTied = false;
            Note = $"{Quoted.Text(head)} differs from the embedding table although tie_word_embeddings is true; it is used as it is.";
        }
        else if (!isTied && !hasHead && hasEmbedding)
        {
            throw new HomerException(
                $"{table.File.Path}: there is no {Quoted.Text(head)}, and config.json does not tie the head to the embedding table; "
                + "download the model again, or set \"tie_word_embeddings\": true in config.json if the model shares the two.");
        }

        IReadOnlyList<string> notes = Note is null ? config.Notes : [.. config.Notes, Note];
        Config = config with { Tensors = names, TieWordEmbeddings = isTied, Notes = notes };
    }

    /// <summary>The model as its files hold it.</summary>
    public ModelConfig Config { get; }

    /// <summary>A word of warning about the files; null where there is none.</summary>
    public string? Note { get; }

    /// <summary>
    /// The tensors that are not read, in ordinal order: rotary frequencies, which follow from the settings, scales of activations that are
    /// not rounded here, and those of other parts of a larger model.
    /// </summary>
    public IReadOnlyList<string> PassedOver => [.. files.Names.Where(name =>
        name.EndsWith(RotaryBuffer, StringComparison.Ordinal) || (HasFp8 && Fp8Matrix.IsScaleOfActivations(name))
        || (Config.IsNested && IsOfOtherPart(name)))];

    /// <summary>True if matrices are of 8-bit floats with scales.</summary>
    public bool HasFp8 { get; }

    /// <summary>Refuses tensors that the model would not use: results without them would not be the model's.</summary>
    /// <exception cref="HomerException">There is one.</exception>
    public void RefuseSurplus()
    {
        var tensors = new ModelTensors(Config);
        HashSet<string> used = [.. tensors.All.Select(spec => spec.Name)];
        // Some files store the tied head once more.
        if (Config.TieWordEmbeddings)
            used.Add(tensors.HeadName);
        used.UnionWith(PassedOver);
        used.UnionWith(files.Names.Where(name => Fp8Matrix.IsScale(files, name)));
        if (files.Names.FirstOrDefault(name => !used.Contains(name)) is { } surplus)
        {
            throw new HomerException(
                $"{files[surplus].File.Path}: {Quoted.Text(files[surplus].Tensor.Name)} is no tensor of a {Config.Family} model with "
                + $"{(files.IsGguf ? "these keys" : "this config.json")}, "
                + "and results without it would not be the model's.");
        }
    }

    private bool IsOfFp8(string name) => Fp8Matrix.IsScale(files, name) || (HasFp8 && Fp8Matrix.IsScaleOfActivations(name));

    // Files may hold quantized weights though config.json does not say so; the missing tensors would hide what is wrong.
    private void RefuseQuantized()
    {
        foreach ((string ending, string method) in QuantizedNames)
        {
            if (files.Names.FirstOrDefault(name => name.EndsWith(ending, StringComparison.Ordinal) && !IsOfFp8(name)) is { } tensor)
            {
                string matrix = tensor[..^ending.Length] + ".weight";
                string type = files.TryGet(matrix, out WeightTensor weight) ? $" to {weight.Tensor.TypeName}" : "";
                throw new HomerException(
                    $"{Quoted.Path(files[tensor].File.Path)} holds weights quantized by {method}{type} ({Quoted.Text(tensor)}), which "
                    + "Homer does not read; give the folder of the model before quantization, or a GGUF file.");
            }
        }
    }

    /// <summary>Returns the names of tensors with the prefix that the files use.</summary>
    private TensorNames Names(ModelConfig config)
    {
        TensorNames names = config.Tensors;
        if (!config.IsNested)
            return names;
        foreach (string prefix in Prefixes)
        {
            // With the newer prefix, what was model.layers is model.language_model.layers.
            string body = prefix.StartsWith("model.", StringComparison.Ordinal) ? prefix : prefix + "model.";
            if (!files.TryGet(names.FinalNorm.Replace("model.", body, StringComparison.Ordinal) + ".weight", out _))
                continue;
            string[] heads = [prefix + names.Head, names.Head, body + names.Head];
            return names with
            {
                Embedding = names.Embedding.Replace("model.", body, StringComparison.Ordinal),
                FinalNorm = names.FinalNorm.Replace("model.", body, StringComparison.Ordinal),
                Layer = names.Layer.Replace("model.", body, StringComparison.Ordinal),
                Head = heads.FirstOrDefault(head => files.TryGet(head + ".weight", out _)) ?? names.Head,
            };
        }

        return names;
    }

    private static bool IsOfOtherPart(string name)
    {
        string[] words = name.Split('.');
        int first = words[0] is "model" && words.Length > 1 ? 1 : 0;
        return OtherParts.Any(part => words[first].StartsWith(part, StringComparison.Ordinal));
    }

    /// <summary>Returns whether two tensors hold the same bytes in the same form.</summary>
    public static unsafe bool AreEqual(WeightTensor a, WeightTensor b) =>
        a.Tensor.TypeName == b.Tensor.TypeName && a.Tensor.ByteLength == b.Tensor.ByteLength && a.Tensor.Shape.SequenceEqual(b.Tensor.Shape)
        && AreEqual(a.Pointer, b.Pointer, a.Tensor.ByteLength);

    private static unsafe bool AreEqual(byte* a, byte* b, long count)
    {
        const int Block = 1 << 24;
        for (long at = 0; at < count; at += Block)
        {
            int length = (int)Math.Min(Block, count - at);
            if (!new ReadOnlySpan<byte>(a + at, length).SequenceEqual(new(b + at, length)))
                return false;
        }

        return true;
    }
}
