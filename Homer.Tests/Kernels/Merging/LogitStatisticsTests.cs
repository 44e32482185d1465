using Homer.Kernels.Devices;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class LogitStatisticsTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Tracks_mean_and_spread_by_distance(string name)
    {
        ComputeDevice device = Open(name);
        var calibration = new LogitStatistics(device);
        var random = new Random(1);
        foreach (int distances in new[] { 1, 7, 33, 172 })
        {
            const int Segments = 20;
            using var mean = new CanaryBuffer<float>(device, new float[distances]);
            using var spread = new CanaryBuffer<float>(device, new float[distances]);
            float[][] logits = [.. Enumerable.Range(0, Segments).Select(_ => random.Normal(distances, 3).Select(x => x - 20).ToArray())];
            for (int c = 1; c <= Segments; c++)
            {
                using var segment = new CanaryBuffer<float>(device, logits[c - 1]);
                calibration.Launch(mean.View, spread.View, segment.View, distances, c);
                Assert.Equal(logits[c - 1], segment.Read());
            }

            var means = new Expected[distances];
            var spreads = new Expected[distances];
            for (int r = 0; r < distances; r++)
            {
                double[] samples = [.. logits.Select(segment => (double)segment[distances - 1 - r])];
                double average = samples.Average();
                double largest = samples.Max(Math.Abs);
                double deviations = samples.Sum(x => (x - average) * (x - average));
                // Each update rounds the mean once or twice; a mean that is off by δ moves every deviation by δ.
                double delta = 2 * Segments * Expected.Unit * largest;
                means[r] = new(average, delta);
                spreads[r] = new(
                    deviations, (4 * Segments * Expected.Unit * deviations) + (2 * delta * samples.Sum(x => Math.Abs(x - average))));
            }

            Expected.AssertAll(means, mean.Read(), $"mean of {distances}");
            Expected.AssertAll(spreads, spread.Read(), $"spread of {distances}");
        }
    }
}
