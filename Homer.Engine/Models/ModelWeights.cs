using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Engine.Models;

/// <summary>All parameters of a model on a device.</summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly BufferSet buffers;

    /// <summary>Loads the parameters.</summary>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public ModelWeights(WeightPlan plan, ComputeDevice device)
    {
        buffers = plan.Allocate(device);
        Embedding = buffers.Get(plan.Embedding);
        Layers = [.. plan.Layers.Select(layer => layer.Select(buffers.Get, buffers.Get))];
        FinalNorm = buffers.Get(plan.FinalNorm);
        Head = buffers.Get(plan.Head);
    }

    public WeightMatrix Embedding { get; }

    public IReadOnlyList<LayerParts<DeviceBuffer<float>, WeightMatrix>> Layers { get; }

    public DeviceBuffer<float> FinalNorm { get; }

    public WeightMatrix Head { get; }

    public void Dispose() => buffers.Dispose();
}
