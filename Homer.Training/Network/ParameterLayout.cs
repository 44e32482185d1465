using Homer.Engine.Models;

namespace Homer.Training.Network;

/// <summary>A tensor's place among all parameters. A norm has one row.</summary>
/// <param name="Name">Its name in a model file; null for what is dropped after training.</param>
/// <param name="Offset">Its first float.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="IsNorm">Whether it is a vector of factors rather than a matrix.</param>
internal sealed record ParameterTensor(string? Name, int Offset, int Rows, int Columns, bool IsNorm)
{
    public int Length => Rows * Columns;
}

/// <summary>The parameters of one decoder layer.</summary>
internal sealed record LayerParameters(
    ParameterTensor InputNorm, ParameterTensor Query, ParameterTensor Key, ParameterTensor Value, ParameterTensor Output,
    ParameterTensor PostAttentionNorm, ParameterTensor Gate, ParameterTensor Up, ParameterTensor Down);

/// <summary>Where each parameter is in one long vector; gradients and the optimizer's moments have the same order.</summary>
internal sealed class ParameterLayout
{
    private readonly List<ParameterTensor> tensors = [];

    /// <summary>Lays a model out.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="ahead">Heads that predict later tokens of an answer and are dropped after training.</param>
    public ParameterLayout(ModelConfig config, int ahead)
    {
        Config = config;
        int width = config.HiddenSize, query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim, inner = config.IntermediateSize;
        if (new[] { width, query, key, config.HeadDim, inner, config.VocabularySize }.Any(size => size % Products.Multiple != 0))
            throw new HomerException($"Training needs sizes that are multiples of {Products.Multiple}; change config.json.");
        if (config.TieWordEmbeddings)
            throw new HomerException("Training needs a head of its own; set tie_word_embeddings to false in config.json.");
        Embedding = Matrix("model.embed_tokens.weight", config.VocabularySize, width);
        Layers = [.. Enumerable.Range(0, config.Layers).Select(i => $"model.layers.{i}.").Select(layer => new LayerParameters(
            Norm(layer + "input_layernorm.weight"),
            Matrix(layer + "self_attn.q_proj.weight", query, width),
            Matrix(layer + "self_attn.k_proj.weight", key, width),
            Matrix(layer + "self_attn.v_proj.weight", key, width),
            Matrix(layer + "self_attn.o_proj.weight", width, query),
            Norm(layer + "post_attention_layernorm.weight"),
            Matrix(layer + "mlp.gate_proj.weight", inner, width),
            Matrix(layer + "mlp.up_proj.weight", inner, width),
            Matrix(layer + "mlp.down_proj.weight", width, inner)))];
        FinalNorm = Norm("model.norm.weight");
        Head = Matrix("lm_head.weight", config.VocabularySize, width);
        Ahead = [.. Enumerable.Range(0, ahead).Select(_ => Matrix(null, config.VocabularySize, width))];
    }

    public ModelConfig Config { get; }

    public ParameterTensor Embedding { get; }

    public IReadOnlyList<LayerParameters> Layers { get; }

    public ParameterTensor FinalNorm { get; }

    public ParameterTensor Head { get; }

    /// <summary>The first of them predicts the token after the next one.</summary>
    public IReadOnlyList<ParameterTensor> Ahead { get; }

    public IReadOnlyList<ParameterTensor> Tensors => tensors;

    /// <summary>Floats in all.</summary>
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
