using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Eviction;

public sealed class AttentionMassTests : DeviceTests
{
    // Tokens, keys before them, keys whose mass is known; 128 keys are a tile.
    private static readonly (int Tokens, int Past, int Known, int KvHeads, int QueriesPerKey, int HeadDim)[] Shapes =
    [
        (1, 0, 0, 1, 1, 8), (1, 200, 200, 2, 2, 64), (7, 33, 0, 1, 4, 24), (33, 130, 130, 2, 2, 32), (140, 0, 0, 1, 2, 8),
        (5, 300, 120, 2, 1, 128),
    ];

    [Theory, EveryDevice]
    public void Adds_up_the_attention_that_each_key_gets(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new AttentionMass(device);
        var random = new Random(1);
        foreach ((int tokens, int past, int known, int kvHeads, int queriesPerKey, int d) in Shapes)
        {
            foreach (CacheType type in Enum.GetValues<CacheType>())
            {
                const int Layer = 1;
                int heads = kvHeads * queriesPerKey, count = past + tokens, stride = count + 5;
                float[] q = random.Normal(tokens * heads * d), before = [.. random.Normal(kvHeads * stride).Select(Math.Abs)];
                using var cache = new TestCache(device, [4, count + 3], kvHeads, d, random, type);
                using var query = new CanaryBuffer<float>(device, q);
                using var mass = new CanaryBuffer<float>(device, before);
                using var normalizers = new CanaryBuffer<float>(device, tokens * heads);
                attention.Launch(
                    new() { Values = mass.View, Stride = stride, Known = known }, query.View, new(cache.Cache, Layer), normalizers.View,
                    new(tokens, heads, past));

                // What lies behind a head's keys stays as it was; a key's weights are each off by what their scores are.
                Expected[] expected = Expected.Exactly(before);
                for (int g = 0; g < kvHeads; g++)
                {
                    var sums = new double[count];
                    double delta = 0;
                    for (int item = 0; item < tokens * queriesPerKey; item++)
                    {
                        int t = item / queriesPerKey, h = (g * queriesPerKey) + (item % queriesPerKey), seen = past + t + 1;
                        Expected[] scores =
                        [
                            .. Enumerable.Range(0, seen).Select(
                                j => Reference.Dot(
                                    q.AsSpan(((t * heads) + h) * d, d), cache.Keys[Layer].AsSpan(cache.Row(Layer, g, j), d))),
                        ];
                        double max = scores.Max(score => score.Value);
                        double total = scores.Sum(score => Math.Exp((score.Value - max) / Math.Sqrt(d)));
                        delta = Math.Max(
                            delta, scores.Max(score => (score.Error + (16 * Expected.Unit * Math.Abs(score.Value))) / Math.Sqrt(d)));
                        for (int j = 0; j < seen; j++)
                            sums[j] += Math.Exp((scores[j].Value - max) / Math.Sqrt(d)) / total;
                    }

                    for (int j = 0; j < count; j++)
                    {
                        double sum = sums[j] + (j < known ? before[(g * stride) + j] : 0);
                        expected[(g * stride) + j] = new(
                            sum, (sums[j] * ((2 * delta) + ((count + 64) * Expected.Unit))) + (tokens * heads * Expected.Unit * sum));
                    }
                }

                Expected.AssertAll(
                    expected, mass.Read(), $"{tokens} tokens after {past}, {known} known, {heads}/{kvHeads} heads of {d}, {type}");
                Assert.Equal(q, query.Read());
            }
        }
    }
}
