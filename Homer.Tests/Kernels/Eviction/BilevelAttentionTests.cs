using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Eviction;

public sealed class BilevelAttentionTests : DeviceTests
{
    // 128 keys are a tile of the group's body; windows shorter and longer than what is seen.
    private static readonly (int Tokens, int Past, int Window, int KvHeads, int QueriesPerKey, int HeadDim)[] Shapes =
    [
        (1, 0, 1, 1, 1, 8), (1, 300, 40, 2, 2, 64), (7, 33, 1, 1, 4, 24), (33, 7, 20, 2, 2, 32), (140, 3, 129, 1, 2, 8),
        (5, 20, 100, 2, 1, 128), (9, 250, 256, 1, 1, 200),
    ];

    [Theory, EveryDevice]
    public void Near_keys_meet_the_near_query_and_far_ones_the_far_query(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new BilevelAttention(device);
        var random = new Random(1);
        foreach ((int tokens, int past, int window, int kvHeads, int queriesPerKey, int d) in Shapes)
        {
            foreach (CacheType type in Enum.GetValues<CacheType>())
            {
                const int Layer = 1;
                int heads = kvHeads * queriesPerKey, firstNear = BilevelAttention.FirstNear(past, window);
                float[] n = random.Normal(tokens * heads * d), f = random.Normal(tokens * heads * d);
                using var cache = new TestCache(device, [4, past + tokens + 3], kvHeads, d, random, type);
                using var exact = new TestCache(device, [past + tokens - firstNear + 2], kvHeads, d, random, type);
                using var near = new CanaryBuffer<float>(device, n);
                using var far = new CanaryBuffer<float>(device, f);
                using var output = new CanaryBuffer<float>(device, n.Length);
                attention.Launch(
                    output.View, new() { Near = near.View, Far = far.View }, new(cache.Cache, Layer), exact.Cache, new(tokens, heads, past),
                    window);

                var expected = new List<Expected>();
                for (int t = 0; t < tokens; t++)
                {
                    for (int h = 0; h < heads; h++)
                    {
                        int own = ((t * heads) + h) * d, count = past + t + 1, split = Math.Max(0, count - window), g = h / queriesPerKey;
                        expected.AddRange(Reference.Attention(
                            (j => Reference.Dot(
                                j < split ? f.AsSpan(own, d) : n.AsSpan(own, d),
                                j < split
                                    ? cache.Keys[Layer].AsSpan(cache.Row(Layer, g, j), d)
                                    : exact.Keys[0].AsSpan(exact.Row(0, g, j - firstNear), d))),
                            cache.Values[Layer].AsSpan(cache.Row(Layer, g, 0), count * d), d));
                    }
                }

                Expected.AssertAll(
                    expected, output.Read(), $"{tokens} tokens after {past}, window {window}, {heads}/{kvHeads} heads of {d}, {type}");
            }
        }
    }
}
