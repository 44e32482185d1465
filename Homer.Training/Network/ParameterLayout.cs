using Homer.Engine.Models;
using Homer.Kernels.MatMul.Cpu;

namespace Homer.Training.Network;

/// <summary>The place of a tensor in the vector of all parameters.</summary>
/// <param name="Name">The name in a model file; null for a tensor that is dropped after training.</param>
/// <param name="Offset">The index of its first float.</param>
/// <param name="Rows">The number of outputs of a matrix; 1 for the weights of a norm.</param>
/// <param name="Columns">The number of inputs.</param>
/// <param name="IsNorm">True for the weights of a norm, false for a matrix.</param>
internal sealed record ParameterTensor(string? Name, int Offset, int Rows, int Columns, bool IsNorm)
{
    public int Length => Rows * Columns;
}

/// <summary>The parameters of one decoder layer.</summary>
internal sealed record LayerParameters
{
    public required ParameterTensor InputNorm { get; init; }

    public required ParameterTensor Query { get; init; }

    public required ParameterTensor Key { get; init; }

    public required ParameterTensor Value { get; init; }

    public required ParameterTensor Output { get; init; }

    public required ParameterTensor PostAttentionNorm { get; init; }

    public required ParameterTensor Gate { get; init; }

    public required ParameterTensor Up { get; init; }

    public required ParameterTensor Down { get; init; }
}

/// <summary>The layout of all parameters in one vector. Gradients and the moments of the optimizer have the same layout.</summary>
internal sealed class ParameterLayout
{
    private readonly List<ParameterTensor> tensors = [];

    /// <summary>Lays out a model.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="extraHeads">The number of extra heads for multi-token prediction, which are dropped after training.</param>
    /// <exception cref="HomerException">The shape cannot be trained.</exception>
    public ParameterLayout(ModelConfig config, int extraHeads)
    {
        Config = config;
        int width = config.HiddenSize, query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
        int inner = config.IntermediateSize;
        int[] sizes = [width, query, key, config.HeadDim, inner, config.VocabularySize];
        if (sizes.Any(size => size % PackedGemm.Multiple != 0))
            throw new HomerException($"Training needs sizes that are multiples of {PackedGemm.Multiple}; change config.json.");
        if (config.TieWordEmbeddings)
            throw new HomerException("Training needs a separate LM head; set tie_word_embeddings to false in config.json.");
        Embedding = Matrix("model.embed_tokens.weight", config.VocabularySize, width);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => $"model.layers.{i}.").Select(layer => new LayerParameters
        {
            InputNorm = Norm(layer + "input_layernorm.weight"),
            Query = Matrix(layer + "self_attn.q_proj.weight", query, width),
            Key = Matrix(layer + "self_attn.k_proj.weight", key, width),
            Value = Matrix(layer + "self_attn.v_proj.weight", key, width),
            Output = Matrix(layer + "self_attn.o_proj.weight", width, query),
            PostAttentionNorm = Norm(layer + "post_attention_layernorm.weight"),
            Gate = Matrix(layer + "mlp.gate_proj.weight", inner, width),
            Up = Matrix(layer + "mlp.up_proj.weight", inner, width),
            Down = Matrix(layer + "mlp.down_proj.weight", width, inner),
        })];
        FinalNorm = Norm("model.norm.weight");
        Head = Matrix("lm_head.weight", config.VocabularySize, width);
        ExtraHeads = [.. Enumerable.Range(0, extraHeads).Select(_ => Matrix(null, config.VocabularySize, width))];
    }

    public ModelConfig Config { get; }

    public ParameterTensor Embedding { get; }

    public IReadOnlyList<LayerParameters> Layers { get; }

    public ParameterTensor FinalNorm { get; }

    /// <summary>The LM head.</summary>
    public ParameterTensor Head { get; }

    /// <summary>The extra heads for multi-token prediction; the first one predicts the token after the next.</summary>
    public IReadOnlyList<ParameterTensor> ExtraHeads { get; }

    /// <summary>All tensors in the order of their offsets.</summary>
    public IReadOnlyList<ParameterTensor> Tensors => tensors;

    /// <summary>The number of all parameters.</summary>
    public int Length { get; private set; }

    private ParameterTensor Norm(string name) => Add(new(name, Length, 1, Config.HiddenSize, IsNorm: true));

    private ParameterTensor Matrix(string? name, int rows, int columns) => Add(new(name, Length, rows, columns, IsNorm: false));

    private ParameterTensor Add(ParameterTensor tensor)
    {
        tensors.Add(tensor);
        Length += tensor.Length;
        return tensor;
    }
}
