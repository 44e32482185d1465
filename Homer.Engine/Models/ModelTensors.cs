using System.Globalization;

namespace Homer.Engine.Models;

/// <summary>
/// The tensors of a model, by its configuration. Loading, random weights, the count of parameters and the check for surplus tensors all
/// take them from here.
/// </summary>
internal sealed class ModelTensors(ModelConfig config)
{
    private readonly TensorNames names = config.Tensors;
    private readonly long queryRows = (long)config.Heads * config.HeadDim;
    private readonly long keyRows = (long)config.KvHeads * config.HeadDim;
    private readonly int[]? headOrder = config.RotaryDim == config.HeadDim ? null : RotaryOrder.Of(config.HeadDim, config.RotaryDim);

    public TensorSpec Embedding => Matrix(names.Embedding, config.VocabularySize, config.HiddenSize);

    public TensorSpec FinalNorm => Vector(names.FinalNorm, config.HiddenSize);

    /// <summary>The name of the LM head in the file.</summary>
    public string HeadName => names.Head + ".weight";

    /// <summary>The LM head; null where it is the embedding table.</summary>
    public TensorSpec? Head => config.TieWordEmbeddings ? null : Matrix(names.Head, config.VocabularySize, config.HiddenSize);

    /// <summary>Every tensor or part of one, in the order in which they are loaded.</summary>
    public IEnumerable<TensorSpec> All
    {
        get
        {
            yield return Embedding;
            for (int layer = 0; layer < config.Layers; layer++)
            {
                foreach (TensorSpec part in ListOf(Layer(layer)))
                    yield return part;
            }

            yield return FinalNorm;
            if (Head is { } head)
                yield return head;
        }
    }

    /// <summary>The number of parameters. All layers have the same.</summary>
    public long ParameterCount =>
        Embedding.ElementCount + FinalNorm.ElementCount + (Head?.ElementCount ?? 0)
        + (config.Layers * ListOf(Layer(0)).Sum(part => part.ElementCount));

    /// <summary>The tensors of a layer.</summary>
    public LayerParts<TensorSpec, TensorSpec> Layer(int index)
    {
        string layer = string.Format(CultureInfo.InvariantCulture, names.Layer, index);
        bool before = config.Norms != NormPlacement.After, after = config.Norms != NormPlacement.Before;
        TensorSpec query = Heads(Matrix(layer + names.Query, queryRows, config.HiddenSize));
        TensorSpec key = Heads(Matrix(layer + names.Key, keyRows, config.HiddenSize));
        TensorSpec value = Matrix(layer + names.Value, keyRows, config.HiddenSize);
        TensorSpec gate = Matrix(layer + names.Gate, config.IntermediateSize, config.HiddenSize);
        TensorSpec up = Matrix(layer + names.Up, config.IntermediateSize, config.HiddenSize);
        if (names.FusedQkv is { } qkv)
        {
            long rows = queryRows + (2 * keyRows);
            query = Part(query, layer + qkv, 0, rows);
            key = Part(key, layer + qkv, queryRows, rows);
            value = Part(value, layer + qkv, queryRows + keyRows, rows);
        }

        if (names.FusedGateUp is { } gateUp)
        {
            gate = Part(gate, layer + gateUp, 0, 2L * config.IntermediateSize);
            up = Part(up, layer + gateUp, config.IntermediateSize, 2L * config.IntermediateSize);
        }

        return new()
        {
            AttentionNorm = Norm(before, names.AttentionNorm, config.HiddenSize),
            Query = query,
            Key = key,
            Value = value,
            QueryBias = HeadBias(config.QkvBias, names.Query, queryRows),
            KeyBias = HeadBias(config.QkvBias, names.Key, keyRows),
            ValueBias = Bias(config.QkvBias, names.Value, keyRows),
            QueryNorm = HeadNorm(names.QueryNorm, queryRows),
            KeyNorm = HeadNorm(names.KeyNorm, keyRows),
            Output = Matrix(layer + names.Output, config.HiddenSize, queryRows),
            OutputBias = Bias(config.OutputBias, names.Output, config.HiddenSize),
            AttentionOutputNorm = Norm(after, names.AttentionOutputNorm, config.HiddenSize),
            MlpNorm = Norm(before, names.MlpNorm, config.HiddenSize),
            Gate = gate,
            Up = up,
            GateBias = Bias(config.MlpBias, names.Gate, config.IntermediateSize),
            UpBias = Bias(config.MlpBias, names.Up, config.IntermediateSize),
            Down = Matrix(layer + names.Down, config.HiddenSize, config.IntermediateSize),
            DownBias = Bias(config.MlpBias, names.Down, config.HiddenSize),
            MlpOutputNorm = Norm(after, names.MlpOutputNorm, config.HiddenSize),
        };

        TensorSpec? Norm(bool isThere, string name, long size) => isThere ? Vector(layer + name, size) : null;

        TensorSpec? Bias(bool isThere, string name, long size) => isThere ? new(layer + name + ".bias", size) : null;

        TensorSpec? HeadBias(bool isThere, string name, long size) => Bias(isThere, name, size) is { } bias ? Heads(bias) : null;

        TensorSpec? HeadNorm(string name, long row) => config.QueryKeyNorms switch
        {
            QueryKeyNorm.Head => Heads(Vector(layer + name, config.HeadDim)),
            QueryKeyNorm.Row => Heads(Vector(layer + name, row)),
            _ => null,
        };
    }

    private static TensorSpec Matrix(string name, long rows, long columns) => new(name + ".weight", rows, columns);

    private TensorSpec Vector(string name, long size) => new(name + ".weight", size) { Offset = config.NormOffset };

    /// <summary>The parts of a layer that are there, as a list.</summary>
    private static List<TensorSpec> ListOf(LayerParts<TensorSpec, TensorSpec> layer)
    {
        List<TensorSpec> parts = [];
        layer.Select(Add, Add);
        return parts;

        TensorSpec Add(TensorSpec part)
        {
            parts.Add(part);
            return part;
        }
    }

    /// <summary>The rows of a fused tensor from <paramref name="firstRow"/> on that make one projection.</summary>
    private static TensorSpec Part(TensorSpec projection, string fused, long firstRow, long fileRows) =>
        projection with { Name = fused + ".weight", FirstRow = firstRow, FileRows = fileRows };

    private TensorSpec Heads(TensorSpec part) => part with { HeadOrder = headOrder };
}
