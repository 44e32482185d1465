using Homer.Kernels.Attention;
using Homer.Kernels.Attention.Mma;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Attention;

public sealed class CausalAttentionTests : DeviceTests
{
    // 128 keys are a tile of the group's body.
    private static readonly (int Tokens, int Past, int Offset, int KvHeads, int QueriesPerKey, int HeadDim)[] Shapes =
    [
        (1, 0, 0, 1, 1, 8), (1, 127, 0, 2, 1, 64), (1, 128, 3, 2, 4, 64), (1, 300, 1, 1, 4, 256), (2, 0, 0, 1, 2, 24), (7, 0, 5, 3, 1, 32),
        (5, 33, 0, 2, 2, 128), (33, 7, 2, 2, 4, 24), (140, 0, 0, 1, 2, 8), (6, 250, 9, 1, 1, 40), (3, 1, 0, 2, 2, 200),
        (7, 33, 1, 1, 2, 100),
        (1, 2100, 1, 2, 2, 64), (3, 1000, 0, 1, 2, 40), (2, 513, 0, 1, 1, 128),
        // Teams of threads that leave some over, one thread per key, and more pieces than a warp has threads; tiles that end within a
        // team's batch.
        (1, 400, 0, 1, 1, 8), (2, 290, 1, 1, 1, 112), (1, 333, 2, 1, 2, 248), (4, 170, 0, 1, 1, 256), (1, 1023, 0, 1, 1, 16),
        (2, 4500, 0, 1, 1, 8),
        // Heads that share a key head, but not by fours.
        (1, 260, 0, 2, 3, 64), (2, 70, 1, 1, 5, 100), (1, 40, 0, 1, 7, 32),
    ];

    [Theory, EveryDevice]
    public void Attends_in_causal_order(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new CausalAttention(device, ActivationPrecision.Full);
        var random = new Random(1);
        foreach ((int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d) in Shapes)
        {
            // Large logits overflow where the maximum is not taken off first.
            foreach (double magnitude in new[] { 1, 20 })
            {
                foreach (CacheType type in Enum.GetValues<CacheType>())
                    Attends(device, attention, type, tokens, past, offset, kvHeads, queriesPerKey, d, magnitude, random);
            }
        }
    }

    [Theory, EveryDevice]
    public void Attends_in_random_shapes(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new CausalAttention(device, ActivationPrecision.Full);
        var random = new Random(2);
        for (int i = 0; i < 12; i++)
        {
            Attends(
                device, attention, (CacheType)(i % 2), random.Next(1, 40), random.Next(0, 300), random.Next(0, 20), random.Next(1, 4),
                1 << random.Next(0, 3), 2 * random.Next(1, 100), 1, random);
        }
    }

    private static void Attends(
        ComputeDevice device, CausalAttention attention, CacheType type, int tokens, int past, int offset, int kvHeads, int queriesPerKey,
        int d, double magnitude, Random random)
    {
        const int Layer = 1;
        int heads = kvHeads * queriesPerKey;
        float[] q = random.Normal(tokens * heads * d, magnitude);
        using var cache = new TestCache(device, [4, offset + past + tokens + 3, 5], kvHeads, d, random, type);
        using var query = new CanaryBuffer<float>(device, q);
        using var output = new CanaryBuffer<float>(device, tokens * heads * d);
        // With scratch, a GPU splits the keys of few tokens among groups.
        using var split = new CanaryBuffer<float>(device, tokens * heads * d);
        using var scratch = new CanaryBuffer<float>(device, (int)CausalAttention.ScratchFor(heads, d));
        attention.Launch(output.View, query.View, new(cache.Cache, Layer, offset), new(tokens, heads, past));
        attention.Launch(split.View, query.View, new(cache.Cache, Layer, offset), new(tokens, heads, past), scratch.View);

        var expected = new List<Expected>();
        for (int t = 0; t < tokens; t++)
        {
            for (int h = 0; h < heads; h++)
            {
                int first = cache.Row(Layer, h / queriesPerKey, offset), seen = (past + t + 1) * d;
                expected.AddRange(Reference.Attention(
                    q.AsSpan(((t * heads) + h) * d, d), cache.Keys[Layer].AsSpan(first, seen), cache.Values[Layer].AsSpan(first, seen)));
            }
        }

        string what = $"{tokens} tokens after {past} at {offset}, {heads}/{kvHeads} heads of {d}, queries times {magnitude}, {type}";
        double floor = device.HasTensorCores ? TensorAttention.Floor : 0;
        Expected[] bounds = [.. expected.Select(exact => exact with { Error = exact.Error + floor })];
        Expected.AssertAll(bounds, output.Read(), what);
        Expected.AssertAll(bounds, split.Read(), $"{what}, split");
        scratch.Read();
        Assert.Equal(q, query.Read());
        cache.AssertHolds(cache.Unchanged(), what);
    }
}
