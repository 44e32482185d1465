using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#logitstatistics
/// <summary>
/// The running mean and spread of attention logits at each distance (arXiv 2404.10308, section 3.2). After segment c, mean += (x − mean) /
/// c and spread += (x − old mean)(x − new mean): Welford's method, in which nothing cancels.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class LogitStatistics(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int> kernel =
        device.Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int>(Kernel);

    /// <summary>Takes one segment's logits into account.</summary>
    /// <param name="mean">[distances].</param>
    /// <param name="spread">[distances]: the sum of squared deviations from the mean.</param>
    /// <param name="logits">[distances], by position in the segment: the logit of the last token itself comes last.</param>
    /// <param name="distances">The length of the segment.</param>
    /// <param name="segment">The number of this segment, from 1.</param>
    public void Launch(ArrayView<float> mean, ArrayView<float> spread, ArrayView<float> logits, int distances, int segment) =>
        kernel(device.Grid(distances), mean, spread, logits, distances, segment);

    internal static void Kernel(ArrayView<float> mean, ArrayView<float> spread, ArrayView<float> logits, int distances, int segment)
    {
        WorkRange share = WorkPartition.Of(distances);
        for (int r = share.First; r < share.End; r += share.Step)
        {
            if (Group.IdxX != 0)
                continue;
            float x = logits[distances - 1 - r], before = x - mean[r];
            mean[r] += before / segment;
            spread[r] += before * (x - mean[r]);
        }
    }
}
