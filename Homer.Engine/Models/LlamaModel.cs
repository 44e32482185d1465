using Homer.Engine.Weights;
using Homer.Kernels.Caching;
using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Merging;

namespace Homer.Engine.Models;

/// <summary>A Llama model loaded on a device: its shape, its parameters and the kernels that run it.</summary>
public sealed class LlamaModel : IDisposable
{
    private readonly WeightFiles files;

    private LlamaModel(LlamaConfig config, ComputeDevice device, WeightFiles files)
    {
        Config = config;
        Device = device;
        this.files = files;
        Weights = new(files, config, device);
        Embedding = new(device);
        RmsNorm = new(device);
        MatMul = new(device);
        Rope = new(device);
        Attention = new(device);
        SwiGlu = new(device);
        Significance = new(device);
        TokenSelection = new(device);
        Gathering = new(device);
        ChunkMerge = new(device);
        LeafTransfer = new(device);
        Turning = new(device);
        BilevelAttention = new(device);
        AttentionMass = new(device);
        HeavyHitters = new(device);
        HeadGathering = new(device);
    }

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config { get; }

    /// <summary>The device it is on; not owned.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Tells this model's weights from any others.</summary>
    public string Fingerprint => files.Fingerprint;

    internal LlamaWeights Weights { get; }

    internal Embedding Embedding { get; }

    internal RmsNorm RmsNorm { get; }

    internal MatMul MatMul { get; }

    internal Rope Rope { get; }

    internal Attention Attention { get; }

    internal SwiGlu SwiGlu { get; }

    internal Significance Significance { get; }

    internal TokenSelection TokenSelection { get; }

    internal Gathering Gathering { get; }

    internal ChunkMerge ChunkMerge { get; }

    internal LeafTransfer LeafTransfer { get; }

    internal Turning Turning { get; }

    internal BilevelAttention BilevelAttention { get; }

    internal AttentionMass AttentionMass { get; }

    internal HeavyHitters HeavyHitters { get; }

    internal HeadGathering HeadGathering { get; }

    /// <summary>Loads a model folder in Hugging Face layout: config.json and model.safetensors, or its shards.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">The device; must outlive the model.</param>
    /// <exception cref="HomerException">The folder is incomplete, broken or of an unknown architecture, or the device too small.</exception>
    public static LlamaModel Load(string folder, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        ModelFolder.Require(folder);
        LlamaConfig config = LlamaConfig.Read(Path.Combine(folder, "config.json"));
        WeightFiles files = WeightFiles.Open(folder);
        try
        {
            return new(config, device, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that a model folder's parameters take on a device, without loading them.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="HomerException">The folder is incomplete, broken or of an unknown architecture.</exception>
    public static long WeightsBytes(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using WeightFiles files = WeightFiles.Open(folder);
        return LlamaWeights.BytesFor(files, LlamaConfig.Read(Path.Combine(folder, "config.json")));
    }

    /// <summary>Refuses ids that are not in the vocabulary, before a kernel reads beyond the embedding table.</summary>
    /// <exception cref="HomerException">An id is out of range.</exception>
    public void RequireKnown(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)Config.VocabularySize)
                throw new HomerException($"Token id {id} is not in the model's vocabulary of {Config.VocabularySize}; encode the text with the model's own tokenizer.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        files.Dispose();
    }
}
