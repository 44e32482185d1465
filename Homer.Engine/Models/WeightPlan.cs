using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Models;

/// <summary>
/// The parameters of a model as buffers on a device: matrices in the element type of their files or rounded to eight bits, norms and
/// biases, a few kilobytes, widened to 32 bits.
/// </summary>
internal sealed class WeightPlan : BufferPlan
{
    private readonly WeightReader reader;
    private readonly bool isRounded;
    private readonly StoredTensors stored;
    private readonly Lifetime owned;
    private WeightMatrix? embedding;

    /// <summary>Plans the buffers, and checks the names, shapes and types of all tensors.</summary>
    /// <param name="files">The files.</param>
    /// <param name="config">The model.</param>
    /// <param name="precision">How matrices are held.</param>
    /// <param name="owned">Keeps memory alive on which matrices lie, where that is not the files'.</param>
    /// <param name="readsWeights">False for a check of the headers alone; see <see cref="StoredTensors"/>.</param>
    /// <exception cref="HomerException">A tensor is missing, or not one of such a model.</exception>
    public WeightPlan(WeightFiles files, ModelConfig config, WeightPrecision precision, Lifetime owned, bool readsWeights = true)
    {
        reader = new(files, config.ScaleBlock);
        isRounded = precision == WeightPrecision.Int8;
        this.owned = owned;
        stored = new(files, config, readsWeights);
        var tensors = new ModelTensors(stored.Config);
        EmbeddingBytes = reader.StoredBytes(tensors.Embedding);
        Embedding = Add(EmbeddingBytes, MemoryUse.Weights, device => embedding = reader.Map(device, tensors.Embedding, owned));
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => tensors.Layer(layer).Select(Vector, Matrix))];
        FinalNorm = Vector(tensors.FinalNorm);
        Head = tensors.Head is { } head ? Matrix(head) : isRounded ? Rounded(tensors.Embedding, () => embedding!) : Embedding;
        stored.RefuseSurplus();
    }

    /// <summary>The model as its files hold it.</summary>
    public ModelConfig Config => stored.Config;

    /// <summary>The tensors of other parts of a larger model, which are not read.</summary>
    public IReadOnlyList<string> PassedOver => stored.PassedOver;

    /// <summary>A word of warning about the files; null where there is none.</summary>
    public string? Note => stored.Note;

    public Planned<WeightMatrix> Embedding { get; }

    public IReadOnlyList<LayerParts<Planned<DeviceBuffer<float>>, Planned<WeightMatrix>>> Layers { get; }

    public Planned<DeviceBuffer<float>> FinalNorm { get; }

    public Planned<WeightMatrix> Head { get; }

    /// <summary>The bytes of the embedding table.</summary>
    public long EmbeddingBytes { get; }

    private Planned<DeviceBuffer<float>> Vector(TensorSpec spec)
    {
        reader.TypeOf(spec);
        long bytes = ComputeDevice.BytesFor<float>(spec.ElementCount);
        return Add(bytes, MemoryUse.Weights, device => device.Upload<float>(reader.Widen(spec), MemoryUse.Weights));
    }

    private Planned<WeightMatrix> Matrix(TensorSpec spec)
    {
        reader.TypeOf(spec);
        if (!isRounded)
            return Add(reader.StoredBytes(spec), MemoryUse.Weights, device => reader.Map(device, spec, owned));
        RequireUnquantized(spec);
        return Add(Int8Bytes(spec), MemoryUse.Weights, device =>
        {
            using var source = new Lifetime();
            return Quantize(device, source.Own(reader.Map(device, spec, source)));
        });
    }

    private Planned<WeightMatrix> Rounded(TensorSpec spec, Func<WeightMatrix> stored)
    {
        RequireUnquantized(spec);
        return Add(Int8Bytes(spec), MemoryUse.Weights, device => Quantize(device, stored()));
    }

    // Rounding what is rounded already would lose more than either.
    private void RequireUnquantized(TensorSpec spec)
    {
        if (reader.TypeOf(spec).IsGgml())
        {
            throw new HomerException(
                $"The matrices of this model are quantized already ({reader.TypeNameOf(spec)}) and are held as in their file, so they "
                + " are not rounded to int8; leave out --weights int8.");
        }
    }

    private static long Int8Bytes(TensorSpec spec) => WeightMatrix.Int8BytesFor(spec.Rows, checked((int)spec.Columns!.Value));

    private static WeightMatrix Quantize(ComputeDevice device, WeightMatrix stored) =>
        device.Kernels.Get(d => new Quantization(d)).Run(stored);
}
