using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class SignificanceTests : DeviceTests
{
    private const int Layer = 1;

    [Theory, EveryDevice]
    public void Scores_by_the_best_head_less_the_bias(string name)
    {
        ComputeDevice device = Open(name);
        var significance = new Significance(device);
        var random = new Random(1);
        foreach ((int tokens, int offset, int kvHeads, int queriesPerKey, int d, int distances) in new[]
        {
            (1, 0, 1, 1, 8, 1), (7, 3, 2, 1, 24, 7), (33, 0, 1, 4, 64, 10), (172, 5, 2, 2, 32, 500), (33, 1, 3, 2, 128, 33),
            (7, 0, 1, 2, 256, 2),
        })
        {
            foreach ((float scale, bool accumulate, CacheType type) in new[]
            {
                (1f, false, CacheType.Float32), (0.37f, false, CacheType.Float16), (1.9f, true, CacheType.Float32),
            })
            {
                int heads = kvHeads * queriesPerKey;
                float[] q = random.Normal(heads * d), b = random.Normal(distances), before = random.Normal(tokens);
                // Pruned chunks have gaps in their positions; one position beyond the last token's has no distance and counts as 0.
                int[] at = random.Subset(tokens, tokens * 2);
                at[0] = tokens * 3;
                using var cache = new TestCache(device, [3, offset + tokens + 2, 3], kvHeads, d, random, type);
                using var query = new CanaryBuffer<float>(device, q);
                using var positions = new CanaryBuffer<int>(device, at);
                using var bias = new CanaryBuffer<float>(device, b);
                using var scores = new CanaryBuffer<float>(device, before);
                significance.Launch(
                    scores.View, query.View, new(cache.Cache, Layer, offset), positions.View,
                    new() { MeanLogits = bias.View, Scale = scale },
                    accumulate);

                var expected = new Expected[tokens];
                for (int i = 0; i < tokens; i++)
                {
                    double max = double.NegativeInfinity, error = 0, usual = b[Math.Clamp(at[^1] - at[i], 0, distances - 1)];
                    for (int h = 0; h < heads; h++)
                    {
                        Expected dot = Reference.Dot(
                            q.AsSpan(h * d, d), cache.Keys[Layer].AsSpan(cache.Row(Layer, h / queriesPerKey, offset + i), d));
                        max = Math.Max(max, dot.Value / Math.Sqrt(d));
                        error = Math.Max(error, (dot.Error + (4 * Expected.Unit * Math.Abs(dot.Value))) / Math.Sqrt(d));
                    }

                    double score = (max - usual) / scale;
                    expected[i] = new(
                        accumulate ? Math.Max(score, before[i]) : score,
                        (error + (4 * Expected.Unit * (Math.Abs(max) + Math.Abs(usual)))) / scale);
                }

                Expected.AssertAll(
                    expected, scores.Read(),
                    $"{tokens} tokens at {offset}, {heads}/{kvHeads} heads of {d}, {distances} distances, scale {scale}, " +
                    $"accumulate {accumulate}, {type}");
                cache.AssertHolds(cache.Unchanged(), "cache");
            }
        }
    }

    [Theory, EveryDevice]
    public void NaN_comes_last(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(2);
        using var cache = new TestCache(device, [0, 3, 0], 1, 8, random);
        cache.Keys[Layer][8] = float.NaN;
        cache.Cache.Write(Layer, cache.Keys[Layer], cache.Values[Layer], 3);
        using var query = new CanaryBuffer<float>(device, random.Normal(16));
        using var positions = new CanaryBuffer<int>(device, [0, 1, 2]);
        using var bias = new CanaryBuffer<float>(device, new float[3]);
        using var scores = new CanaryBuffer<float>(device, 3);
        new Significance(device).Launch(
            scores.View, query.View, new(cache.Cache, Layer), positions.View, new() { MeanLogits = bias.View, Scale = 1 },
            accumulate: false);
        Assert.Equal([true, false, true], scores.Read().Select(float.IsFinite));
        Assert.Equal(float.NegativeInfinity, scores.Read()[1]);
    }

    [Theory, EveryDevice]
    public void Random_scores_depend_on_seed_node_and_token_alone(string name)
    {
        ComputeDevice device = Open(name);
        var significance = new Significance(device);
        foreach ((int tokens, int seed, int node) in new[] { (1, 0, 0), (172, 0, 1), (172, 1, 0), (1000, -5, 77) })
        {
            using var scores = new CanaryBuffer<float>(device, tokens);
            significance.LaunchRandom(scores.View, tokens, seed, node);
            float[] expected = [.. Enumerable.Range(0, tokens).Select(i => (float)(Hashing.Mix((uint)seed, (uint)node, (uint)i) >> 8))];
            Assert.Equal(expected, scores.Read());
            if (tokens == 1000)
                Assert.InRange(expected.Average() / (1 << 24), 0.47, 0.53);
        }
    }
}
