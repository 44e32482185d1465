using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Attention;

public sealed class RopeTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Rotates_queries_and_appends_keys_and_values(string name)
    {
        ComputeDevice device = Open(name);
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            Rotates(device, type, aligned: false);
            Rotates(device, type, aligned: true);
        }
    }

    private static void Rotates(ComputeDevice device, CacheType type, bool aligned)
    {
        var rope = new Rope(device);
        var random = new Random(1);
        foreach ((int tokens, int heads, int kvHeads, int d, int offset) in new[]
        {
            (1, 1, 1, 8, 0), (1, 4, 2, 32, 7), (7, 3, 3, 24, 0), (33, 8, 2, 64, 5), (5, 2, 1, 128, 33), (3, 2, 2, 256, 1),
            (172, 4, 4, 8, 0), (4, 3, 1, 12, 2), (9, 5, 5, 2, 1), (2, 32, 32, 128, 4),
        })
        {
            const int Layer = 1, Positions = 400;
            float[] q = random.Normal(tokens * heads * d), k = random.Normal(tokens * kvHeads * d), v = random.Normal(tokens * kvHeads * d);
            // Any table will do; positions need not ascend, nor differ.
            float[] c = random.Normal(Positions * d / 2), s = random.Normal(Positions * d / 2);
            int[] at = random.Below(tokens, Positions);
            using var cache = new TestCache(device, [2, offset + tokens + 3, 9], kvHeads, d, random, type);
            using var query = new CanaryBuffer<float>(device, q, aligned);
            using var key = new CanaryBuffer<float>(device, k, aligned);
            using var value = new CanaryBuffer<float>(device, v, aligned);
            using var positions = new CanaryBuffer<int>(device, at);
            using var cos = new CanaryBuffer<float>(device, c, aligned);
            using var sin = new CanaryBuffer<float>(device, s, aligned);
            rope.Launch(
                new() { Query = query.View, Key = key.View, Value = value.View }, new(cache.Cache, Layer, offset), positions.View,
                new() { Cos = cos.View, Sin = sin.View }, tokens, heads);

            (Expected[] rotated, (Expected[][], Expected[][]) appended) =
                cache.Appended(Layer, offset, at, Expected.Exactly(q), Expected.Exactly(k), Expected.Exactly(v), c, s);
            string what = $"{tokens} tokens, {heads}/{kvHeads} heads of {d} at {offset}, {type}";
            Expected.AssertAll(rotated, query.Read(), what);
            cache.AssertHolds(appended, what);
        }
    }
}
