using System.Runtime.InteropServices;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;

namespace Homer.Engine.Models;

/// <summary>The parameters of one decoder layer.</summary>
internal sealed record LlamaLayer(
    DeviceBuffer<float> InputNorm, WeightMatrix Query, WeightMatrix Key, WeightMatrix Value, WeightMatrix Output,
    DeviceBuffer<float> PostAttentionNorm, WeightMatrix Gate, WeightMatrix Up, WeightMatrix Down);

/// <summary>All parameters of a model on a device, in the element type of their files; norms, a few kilobytes, widened to 32 bits.</summary>
internal sealed class LlamaWeights : IDisposable
{
    internal const string EmbeddingName = "model.embed_tokens.weight";
    internal const string HeadName = "lm_head.weight";

    private readonly Lifetime lifetime = new();
    private readonly WeightFiles files;
    private readonly ComputeDevice device;

    public LlamaWeights(WeightFiles files, LlamaConfig config, ComputeDevice device)
    {
        this.files = files;
        this.device = device;
        try
        {
            Embedding = Matrix(EmbeddingName, config.VocabularySize, config.HiddenSize);
            int query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
            Layers = [.. Enumerable.Range(0, config.Layers).Select(i => $"model.layers.{i}.").Select(layer => new LlamaLayer(
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
            Head = config.TieWordEmbeddings ? Embedding : Matrix(HeadName, config.VocabularySize, config.HiddenSize);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public WeightMatrix Embedding { get; }

    public IReadOnlyList<LlamaLayer> Layers { get; }

    public DeviceBuffer<float> FinalNorm { get; }

    public WeightMatrix Head { get; }

    /// <summary>Bytes that a model's parameters take on a device, in place or copied; told from the files' headers.</summary>
    public static long BytesFor(WeightFiles files, LlamaConfig config) =>
        files.Names.Where(name => !(config.TieWordEmbeddings && name == HeadName)).Select(name => files[name].Tensor)
            .Sum(tensor => tensor.Shape.Count == 1 ? ComputeDevice.BytesFor<float>(tensor.ElementCount) : tensor.ByteLength);

    public void Dispose() => lifetime.Dispose();

    private unsafe WeightMatrix Matrix(string name, int rows, int columns)
    {
        WeightTensor weight = Find(name, rows, columns);
        return lifetime.Own(WeightMatrix.Map(device, TypeOf(weight), weight.Pointer, rows, columns));
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
