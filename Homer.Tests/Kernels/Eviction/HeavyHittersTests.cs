using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Eviction;

public sealed class HeavyHittersTests : DeviceTests
{
    // 128 rows are a tile of the group's body.
    private static readonly (int Planes, int Rows, int Heavy, int Recent)[] Shapes =
    [
        (1, 1, 0, 1), (1, 1, 1, 0), (3, 9, 4, 2), (3, 9, 0, 2), (2, 128, 127, 1), (5, 300, 1, 33), (2, 500, 250, 0), (1, 40, 0, 40),
        (4, 1000, 700, 129),
    ];

    [Theory, EveryDevice]
    public void Rows_of_most_attention_and_the_last_ones_are_kept(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(1);
        foreach ((int planes, int rows, int heavy, int recent) in Shapes)
        {
            int stride = rows + 3;
            foreach (float[] mass in new[]
            {
                [.. random.Normal(planes * stride).Select(Math.Abs)],
                // Ties, of which the earlier rows are kept; and numbers of either sign, and NaN.
                [.. random.Below(planes * stride, 3).Select(x => (float)x)],
                new float[planes * stride],
                [.. random.Normal(planes * stride).Select(x => x < -1 ? float.NaN : x)],
                [.. Enumerable.Repeat(float.NaN, planes * stride)],
            })
            {
                using var values = new CanaryBuffer<float>(device, mass);
                using var kept = new CanaryBuffer<int>(device, planes * (heavy + recent));
                new HeavyHitters(device).Launch(
                    kept.View, values.View, new() { Planes = planes, Stride = stride, Rows = rows, Heavy = heavy, Recent = recent });
                IEnumerable<int> expected = Enumerable.Range(0, planes)
                    .SelectMany(plane => Select(mass.AsSpan(plane * stride, rows), heavy, recent));
                Assert.Equal(expected, kept.Read());
            }
        }
    }

    [Theory, EveryDevice]
    public void Attention_is_pooled_over_neighbours_before_the_last_rows(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(2);
        foreach ((int planes, int rows, int _, int recent) in Shapes)
        {
            foreach (int width in new[] { 1, 3, 7 })
            {
                int stride = rows + 3, candidates = rows - recent;
                float[] mass = random.Normal(planes * stride), before = random.Normal(planes * stride);
                using var values = new CanaryBuffer<float>(device, mass);
                using var pooled = new CanaryBuffer<float>(device, before);
                new HeavyHitters(device).LaunchPool(
                    pooled.View, values.View, new() { Planes = planes, Stride = stride, Rows = rows, Recent = recent }, width);
                for (int i = 0; i < mass.Length; i++)
                {
                    int row = i % stride;
                    if (row < candidates)
                        before[i] = Enumerable.Range(row - (width / 2), width)
                            .Where(j => j >= 0 && j < candidates).Max(j => mass[i - row + j]);
                }

                Assert.Equal(before, pooled.Read());
            }
        }
    }

    private static IEnumerable<int> Select(ReadOnlySpan<float> mass, int heavy, int recent)
    {
        float[] old = [.. mass[..^recent].ToArray().Select(x => float.IsNaN(x) ? float.NegativeInfinity : x)];
        return Enumerable.Range(0, old.Length).OrderByDescending(i => old[i]).ThenBy(i => i).Take(heavy).Order()
            .Concat(Enumerable.Range(old.Length, recent));
    }
}
