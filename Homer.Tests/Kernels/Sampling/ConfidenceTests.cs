using Homer.Kernels.Devices;
using Homer.Kernels.Sampling;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Sampling;

public sealed class ConfidenceTests : DeviceTests
{
    [Theory]
    [EveryDevice]
    public void Is_the_largest_probability(string name)
    {
        ComputeDevice device = Open(name);
        var confidence = new Confidence(device);
        foreach (int size in new[] { 1, 7, 33, 172, 1024, 32000 })
        {
            var random = new Random(size);
            float[] logits = [.. Enumerable.Range(0, size).Select(_ => (random.NextSingle() * 30) - 20)];
            using DeviceBuffer<float> input = device.Upload<float>(logits, MemoryUse.Workspace);
            using DeviceBuffer<float> scratch = device.Allocate<float>(size, MemoryUse.Workspace);
            using DeviceBuffer<float> output = device.Allocate<float>(1, MemoryUse.Workspace);
            confidence.Launch(output.View, input.View, scratch.View, size);

            double max = logits.Max(), expected = 1 / logits.Sum(logit => Math.Exp(logit - max));
            Assert.Equal(expected, output.Read()[0], 1e-5 * expected);
            Assert.Equal(logits, input.Read());
        }
    }
}
