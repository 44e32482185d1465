using Homer.Kernels.Devices;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Sampling;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>
/// The model's confidence in the next token: the largest probability of softmax(logits), 1 / Σ exp(logit − largest logit).
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Confidence(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, int>(Kernel);

    /// <summary>Computes the probability of the most probable token.</summary>
    /// <param name="output">The probability [1].</param>
    /// <param name="logits">[vocabulary], finite.</param>
    /// <param name="scratch">Overwritten [vocabulary].</param>
    /// <param name="vocabulary">The number of tokens.</param>
    public void Launch(ArrayView<float> output, ArrayView<float> logits, ArrayView<float> scratch, int vocabulary) =>
        kernel(device.OneGroup, output, logits, scratch, vocabulary);

    internal static void Kernel(ArrayView<float> output, ArrayView<float> logits, ArrayView<float> scratch, int vocabulary)
    {
        float max = logits[Reductions.ArgMax(logits, vocabulary)];
        TokenWeights.Weigh(scratch, logits, vocabulary, float.NegativeInfinity, max, 1);
        float sum = Reductions.AtLeast(scratch, vocabulary, 0).Sum;
        if (Group.IdxX == 0)
            output[0] = 1 / sum;
    }
}
