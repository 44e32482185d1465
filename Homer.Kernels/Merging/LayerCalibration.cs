using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>The usual attention logits of a layer and their deviation (arXiv 2404.10308, section 3.2).</summary>
public struct LayerCalibration
{
    /// <summary>The mean logit at each distance from the last token [distances]; longer distances take the last entry.</summary>
    public ArrayView<float> MeanLogits;

    /// <summary>The standard deviation from the mean; 1 leaves scores in logits.</summary>
    public float Scale;
}
