using System.Runtime.InteropServices;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights;

namespace Homer.Engine.Models;

/// <summary>The parameters of one decoder layer.</summary>
internal sealed record LayerWeights(
    DeviceBuffer<float> InputNorm, WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix Output,
    DeviceBuffer<float> PostAttentionNorm, WeightMatrix Gate, WeightMatrix Up, WeightMatrix Down);

/// <summary>
/// All parameters of a model on a device, in the element type of their files or rounded to eight bits; norms, a few kilobytes, widened to 32 bits.
/// </summary>
internal sealed class ModelWeights : IDisposable
{
    internal const string EmbeddingName = "model.embed_tokens.weight";
    internal const string HeadName = "lm_head.weight";

    private readonly Lifetime lifetime = new();
    private readonly WeightFiles files;
    private readonly ComputeDevice device;
    private readonly Quantization? quantization;

    public ModelWeights(WeightFiles files, ModelConfig config, WeightPrecision precision, ComputeDevice device)
    {
        this.files = files;
        this.device = device;
        quantization = precision == WeightPrecision.Int8 ? new(device) : null;
        try
        {
            Embedding = lifetime.Own(Stored(EmbeddingName, config.VocabularySize, config.HiddenSize));
            int query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
            Layers = [.. Enumerable.Range(0, config.Layers).Select(i => $"model.layers.{i}.").Select(layer => new LayerWeights(
                Norm(layer + "input_layernorm.weight", config.HiddenSize),
                Matrix(layer + "self_attn.q_proj.weight", query, config.HiddenSize),
                Matrix(layer + "self_attn.k_proj.weight", key, config.HiddenSize),
                Matrix(layer + "self_attn.v_proj.weight", key, config.HiddenSize),
                Matrix(layer + "self_attn.o_proj.weight", config.HiddenSize, query),
                Norm(layer + "post_attention_layernorm.weight", config.HiddenSize),
                Matrix(layer + "mlp.gate_proj.weight", config.IntermediateSize, config.HiddenSize),
                Matrix(layer + "mlp.up_proj.weight", config.IntermediateSize, config.HiddenSize),
                Matrix(layer + "mlp.down_proj.weight", config.HiddenSize, config.IntermediateSize)))];
            FinalNorm = Norm("model.norm.weight", config.HiddenSize);
            if (config.TieWordEmbeddings)
                Head = quantization is null ? Embedding : lifetime.Own(quantization.Run(Embedding));
            else
                Head = Matrix(HeadName, config.VocabularySize, config.HiddenSize);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WeightMatrix Embedding { get; }

    public IReadOnlyList<LayerWeights> Layers { get; }

    public DeviceBuffer<float> FinalNorm { get; }

    public WeightMatrix Head { get; }

    /// <summary>Bytes that a model's parameters take on a device, in place or copied; told from the files' headers.</summary>
    public static long BytesFor(WeightFiles files, ModelConfig config, WeightPrecision precision)
    {
        long bytes = files.Names.Where(name => !(config.TieWordEmbeddings && name == HeadName)).Sum(Bytes);
        return config.TieWordEmbeddings && precision == WeightPrecision.Int8 ? bytes + Int8(files[EmbeddingName].Tensor) : bytes;

        long Bytes(string name)
        {
            SafetensorsTensor tensor = files[name].Tensor;
            if (tensor.Shape.Count == 1)
                return ComputeDevice.BytesFor<float>(tensor.ElementCount);
            return precision == WeightPrecision.Int8 && name != EmbeddingName ? Int8(tensor) : tensor.ByteLength;
        }

        static long Int8(SafetensorsTensor tensor) => WeightMatrix.Int8BytesFor(tensor.Shape[0], checked((int)tensor.Shape[^1]));
    }

    public void Dispose() => lifetime.Dispose();

    private WeightMatrix Matrix(string name, int rows, int columns)
    {
        WeightMatrix stored = Stored(name, rows, columns);
        if (quantization is null)
            return lifetime.Own(stored);
        using (stored)
            return lifetime.Own(quantization.Run(stored));
    }

    private unsafe WeightMatrix Stored(string name, int rows, int columns)
    {
        WeightTensor weight = Find(name, rows, columns);
        return WeightMatrix.Map(device, TypeOf(weight), weight.Pointer, rows, columns);
    }

    private DeviceBuffer<float> Norm(string name, int width) =>
        lifetime.Own(device.Upload<float>(Widen(Find(name, width)), MemoryUse.Weights));

    private WeightTensor Find(string name, params long[] shape)
    {
        WeightTensor weight = files[name];
        return weight.Tensor.Shape.SequenceEqual(shape)
            ? weight
            : throw new HomerException(
                $"{weight.File.Path}: {name} has shape [{string.Join(", ", weight.Tensor.Shape)}] but config.json asks for [{string.Join(", ", shape)}]; "
                + "the two are not of the same model.");
    }

    private static WeightType TypeOf(WeightTensor weight) => weight.Tensor.Type switch
    {
        SafetensorsType.F32 => WeightType.Float32,
        SafetensorsType.F16 => WeightType.Float16,
        SafetensorsType.BF16 => WeightType.BFloat16,
        SafetensorsType other => throw new HomerException(
            $"{weight.File.Path}: {weight.Tensor.Name} is of type {other.Name()}; Homer reads F32, F16 and BF16 weights."),
    };

    private static float[] Widen(WeightTensor weight)
    {
        ReadOnlySpan<ushort> bits = weight.Tensor.Type == SafetensorsType.F32 ? default : MemoryMarshal.Cast<byte, ushort>(Bytes(weight));
        return TypeOf(weight) switch
        {
            WeightType.Float32 => weight.File.ReadArray<float>(weight.Tensor.Name),
            WeightType.Float16 => Array.ConvertAll(bits.ToArray(), value => new Float16(value).ToSingle()),
            _ => Array.ConvertAll(bits.ToArray(), value => new BFloat16(value).ToSingle()),
        };
    }

    private static unsafe ReadOnlySpan<byte> Bytes(WeightTensor weight) => new(weight.Pointer, checked((int)weight.Tensor.ByteLength));
}
