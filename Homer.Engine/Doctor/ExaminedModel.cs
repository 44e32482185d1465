using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Doctor;

/// <summary>A model, and what checks have opened of it so far: each part is null until a check has found it usable.</summary>
/// <param name="path">The folder, file or name in the Hugging Face hub; null where devices alone are checked.</param>
/// <param name="deviceName">The device that was asked for, as of <see cref="DeviceCatalog.Open"/>.</param>
/// <param name="precision">How matrices are held.</param>
/// <param name="activations">How tensor cores round activations.</param>
internal sealed class ExaminedModel(
    string? path, string deviceName, WeightPrecision precision, ActivationPrecision activations) : IDisposable
{
    private readonly Lifetime owned = new();
    private Ceilings? ceilings;

    /// <summary>The folder or file; a name in the Hugging Face hub until the check of files has found it.</summary>
    public string Path { get; set; } = path ?? "";

    /// <summary>The device that was asked for.</summary>
    public string DeviceName => deviceName;

    /// <summary>Whether there is a folder or a file that reads as one of a model, whatever is wrong in it.</summary>
    public bool IsReadable { get; set; }

    /// <summary>The device.</summary>
    public ComputeDevice? Device { get; private set; }

    /// <summary>The devices that were passed over in the choice of <see cref="Device"/>.</summary>
    public IReadOnlyList<MissingDevice> PassedOver { get; private set; } = [];

    /// <summary>The tensors' files.</summary>
    public Weights.WeightFiles? Files { get; set; }

    /// <summary>The settings.</summary>
    public ModelConfig? Config { get; set; }

    /// <summary>The bytes that the weights take on a device; null until names, shapes and types of all tensors are checked.</summary>
    public long? WeightsBytes { get; set; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer? Tokenizer { get; set; }

    /// <summary>The model on its device.</summary>
    public TransformerModel? Loaded { get; private set; }

    /// <summary>Whether a token went through the whole model.</summary>
    public bool Runs { get; set; }

    /// <summary>The precision in which matrices are held.</summary>
    public WeightPrecision Precision => precision;

    /// <summary>Opens the device.</summary>
    public ComputeDevice OpenDevice()
    {
        (ComputeDevice opened, PassedOver) = DeviceCatalog.Choose(deviceName);
        return Device = owned.Own(opened);
    }

    /// <summary>Keeps something open until the model was checked.</summary>
    public T Own<T>(T part)
        where T : IDisposable => owned.Own(part);

    /// <summary>Loads the model on its device.</summary>
    public TransformerModel Load(CancellationToken cancellation) =>
        Loaded = owned.Own(TransformerModel.Load(Path, Device!, precision, activations, cancellation));

    /// <summary>Returns the device's ceilings, which are measured once.</summary>
    public Ceilings Measure(CancellationToken cancellation) => ceilings ??= Ceilings.Measure(Device!, cancellation);

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
