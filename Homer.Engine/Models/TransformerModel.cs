using System.Diagnostics.CodeAnalysis;
using Homer.Engine.Locations;
using Homer.Engine.Tokenizers;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Engine.Models;

/// <summary>A model that is loaded on a device: its shape, its parameters and the kernels that run its layers.</summary>
public sealed class TransformerModel : IDisposable
{
    private readonly WeightFiles files;

    // Memory on which matrices lie, where that is not the files'.
    private readonly Lifetime owned = new();
    private readonly WeightPlan plan;

    private TransformerModel(
        ModelConfig config, ComputeDevice device, WeightFiles files, WeightPrecision precision, ActivationPrecision activations,
        string? folder)
    {
        Device = device;
        Precision = precision;
        Activations = activations;
        this.files = files;
        try
        {
            plan = new(files, config, precision, owned);
            Config = plan.Config;
            Weights = new(plan, device);
        }
        catch
        {
            owned.Dispose();
            throw;
        }

        Kernels = new(device, activations);
        Fingerprints = new(files, Config, folder);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>The device that holds the model; not owned.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The precision in which its matrices are held.</summary>
    public WeightPrecision Precision { get; }

    /// <summary>The precision in which tensor cores multiply activations.</summary>
    public ActivationPrecision Activations { get; }

    /// <summary>The hashes that identify its weights, configuration, tokenizer and template.</summary>
    public ModelFingerprints Fingerprints { get; }

    /// <summary>A text that identifies the model's weights, and whether they are rounded.</summary>
    public string Fingerprint => RoundingPrefix + files.Fingerprint;

    /// <summary>The text that names the weights in logs of trials; it does not notice a change in the middle of a large tensor.</summary>
    internal string SampledFingerprint => RoundingPrefix + files.SampledFingerprint;

    /// <summary>
    /// The tensors of its files that belong to other parts of a larger model, such as one that sees images; they are not read.
    /// </summary>
    public IReadOnlyList<string> PassedOver => plan.PassedOver;

    /// <summary>A word of warning about its files; null where there is none.</summary>
    public string? Note => plan.Note;

    /// <summary>
    /// The bytes of weights that one token needs: all of them, except that of an embedding table that is not also the LM head it needs one
    /// row.
    /// </summary>
    public long WeightsBytesPerToken
    {
        get
        {
            long embedding = Weights.Head == Weights.Embedding ? 0 : plan.EmbeddingBytes;
            return plan.Bytes() - embedding + (embedding / Config.VocabularySize);
        }
    }

    internal ModelWeights Weights { get; }

    /// <summary>The tokenizer that its ids come from, for messages; null where it is not known.</summary>
    internal ITokenizer? Tokenizer { get; set; }

    private string RoundingPrefix => Precision == WeightPrecision.Int8 ? "int8-" : "";

    /// <summary>The kernels that run its layers.</summary>
    internal LayerKernels Kernels { get; }

    /// <summary>
    /// Loads a model: a folder in Hugging Face layout, with config.json and model.safetensors or its shards, a GGUF file, or the name of
    /// one in the cache of the Hugging Face hub.
    /// </summary>
    /// <param name="folder">The folder, the file or the name.</param>
    /// <param name="device">The device; must outlive the model.</param>
    /// <param name="precision">How matrices are held.</param>
    /// <param name="activations">How tensor cores round activations.</param>
    /// <param name="cancellation">Stops the compilation of what rounds matrices.</param>
    /// <exception cref="HomerException">
    /// The folder is incomplete, broken or of an unknown architecture, or the device too small.
    /// </exception>
    [RequiresUnreferencedCode(DeviceCatalog.NeedsReflection)]
    [RequiresDynamicCode(DeviceCatalog.NeedsReflection)]
    public static TransformerModel Load(
        string folder, ComputeDevice device, WeightPrecision precision = WeightPrecision.Stored,
        ActivationPrecision activations = ActivationPrecision.Full, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        cancellation.ThrowIfCancellationRequested();
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        folder = ModelPath.Resolve(folder);
        ModelSource files = ModelSource.Open(folder);
        return Create(files.Config, files.Weights, device, precision, activations, folder);
    }

    /// <summary>Creates a model of random weights: its speed and memory are those of a real one, and its answers mean nothing.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="type">How every weight is stored; one of <see cref="RandomWeights.Types"/>.</param>
    /// <param name="device">The device; must outlive the model.</param>
    /// <param name="precision">How matrices are held.</param>
    /// <param name="activations">How tensor cores round activations.</param>
    /// <exception cref="HomerException">The device, or this machine, has not enough memory.</exception>
    [RequiresUnreferencedCode(DeviceCatalog.NeedsReflection)]
    [RequiresDynamicCode(DeviceCatalog.NeedsReflection)]
    public static TransformerModel Random(
        ModelConfig config, SafetensorsType type, ComputeDevice device, WeightPrecision precision = WeightPrecision.Stored,
        ActivationPrecision activations = ActivationPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Create(config, RandomWeights.Create(config, type), device, precision, activations);
    }

    /// <summary>Returns the bytes that a model folder's parameters take on a device, without loading them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="precision">How matrices are held.</param>
    /// <exception cref="HomerException">The folder is incomplete, broken or of an unknown architecture.</exception>
    public static long WeightsBytes(string folder, WeightPrecision precision = WeightPrecision.Stored)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using ModelSource files = ModelSource.Open(folder);
        using var owned = new Lifetime();
        return new WeightPlan(files.Weights, files.Config, precision, owned).Bytes();
    }

    /// <summary>Refuses ids that are not in the vocabulary, before a kernel reads beyond the embedding table.</summary>
    /// <exception cref="HomerException">An id is out of range.</exception>
    public void RequireKnown(ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if (!Config.IsInVocabulary(id))
                throw NotKnown(id);
        }
    }

    /// <inheritdoc cref="RequireKnown(ReadOnlySpan{int})"/>
    internal void RequireKnown(IReadOnlyList<int> ids)
    {
        if (ids is int[] array)
        {
            RequireKnown(array.AsSpan());
            return;
        }

        // Those of a book are not in memory, so that they are not copied.
        foreach (int id in ids)
        {
            if (!Config.IsInVocabulary(id))
                throw NotKnown(id);
        }
    }

    /// <summary>Refuses numbers that are not finite.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="what">Their name, as a sentence begins: "The logits".</param>
    /// <param name="layer">Returns the layer from which on numbers are not finite; called only where some are not.</param>
    /// <exception cref="HomerException">One is not; the message names the tensor or the layer that is the cause.</exception>
    internal void RequireFinite(ReadOnlySpan<float> numbers, string what, Func<int?>? layer = null)
    {
        if (!NotFinite.IsAbsent(numbers))
            throw NotFinite.Explain(what, files, layer?.Invoke());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        owned.Dispose();
        files.Dispose();
    }

    private static TransformerModel Create(
        ModelConfig config, WeightFiles files, ComputeDevice device, WeightPrecision precision, ActivationPrecision activations,
        string? folder = null)
    {
        try
        {
            return new(config, device, files, precision, activations, folder);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private HomerException NotKnown(int id) =>
        Tokenizer is { } tokenizer && id >= 0 && id < tokenizer.VocabularySize
            ? VocabularyFit.Refusal(id, Config, tokenizer)
            : new(
                $"Token id {id} is not in the model's vocabulary of {Config.VocabularySize}; "
                + "encode the text with the model's own tokenizer.");
}
