using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Kernels.MatMul;

namespace Homer.Engine.Models;

/// <summary>The kernels that run the layers of a model.</summary>
/// <param name="device">The device to run on.</param>
/// <param name="activations">How tensor cores round activations.</param>
internal sealed class LayerKernels(ComputeDevice device, ActivationPrecision activations)
{
    public Embedding Embedding { get; } = new(device);

    public RmsNorm RmsNorm { get; } = new(device);

    public Linear Linear { get; } = new(device, activations);

    public Rope Rope { get; } = new(device);

    public CausalAttention Attention { get; } = new(device, activations);

    public SwiGlu SwiGlu { get; } = new(device);

    public GeGlu GeGlu { get; } = new(device);

    public FusedQkv FusedQkv { get; } = new(device);

    public FusedSwiGlu FusedSwiGlu { get; } = new(device);

    public RowSum RowSum { get; } = new(device);

    public Scaling Scaling { get; } = new(device);

    public SoftCap SoftCap { get; } = new(device);

    public QueryGrowing QueryGrowing { get; } = new(device);
}
