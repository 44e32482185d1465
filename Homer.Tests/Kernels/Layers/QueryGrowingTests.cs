using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class QueryGrowingTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Scales_queries_by_whole_windows_before_their_position(string name)
    {
        ComputeDevice device = Open(name);
        var growing = new QueryGrowing(device);
        var random = new Random(1);
        foreach ((int tokens, int width) in new[] { (1, 8), (3, 200), (40, 129), (7, 1024) })
        {
            const int Window = 32;
            const float Beta = 0.5f;
            float[] x = random.Normal(tokens * width);
            int[] at = [.. Enumerable.Range(0, tokens).Select(t => t == 0 ? 31 : t * 37)];
            using var query = new CanaryBuffer<float>(device, x);
            using var positions = new CanaryBuffer<int>(device, at);
            growing.Launch(query.View, positions.View, tokens, Window, Beta);
            Expected.AssertAll([.. x.Select((value, i) => Grown(value, at[i / width]))], query.Read(), $"{tokens} tokens of {width}");

            static Expected Grown(double value, int position)
            {
                double factor = 1 + (Beta * Math.Log(1 + (position / Window)));
                return new(value * factor, 8 * Expected.Unit * Math.Abs(value * factor));
            }
        }
    }
}
