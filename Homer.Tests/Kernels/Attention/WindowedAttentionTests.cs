using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Attention;

public sealed class WindowedAttentionTests : DeviceTests
{
    private const double U = Expected.Unit;

    // Windows shorter than a tile of 128 keys, as long, longer, and longer than what there is; one token, few and many.
    private static readonly (int Tokens, int Past, int Offset, int KvHeads, int Shared, int HeadDim, int? Window, float Cap)[] Shapes =
    [
        (1, 0, 0, 1, 1, 8, 1, 0), (1, 300, 1, 2, 4, 64, 128, 0), (1, 300, 1, 1, 4, 256, 129, 5), (2, 40, 0, 1, 2, 24, 7, 0),
        (7, 0, 5, 3, 1, 32, 3, 0), (33, 7, 2, 2, 4, 24, 24, 0), (140, 0, 0, 1, 2, 8, 24, 8), (140, 30, 3, 2, 1, 64, 1, 0),
        (40, 250, 9, 1, 1, 40, 250, 2), (3, 1, 0, 2, 2, 200, 100, 0), (17, 33, 1, 1, 2, 100, null, 50), (1, 129, 0, 2, 2, 64, null, 3),
        (1, 1000, 0, 1, 7, 32, 512, 0), (20, 180, 0, 1, 3, 128, 131, 0),
        // The edges of blocks of 48 tokens and 64 keys on the CPU.
        (8, 0, 0, 1, 2, 16, 4, 0), (50, 14, 1, 2, 2, 24, 64, 0), (97, 0, 0, 1, 3, 40, 65, 6), (49, 128, 0, 1, 1, 64, 1, 3),
        (64, 63, 0, 1, 2, 8, 63, 0),
    ];

    [Theory, EveryDevice]
    public void Attends_to_the_last_rows_with_bounded_scores(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new CausalAttention(device, ActivationPrecision.Full);
        var random = new Random(1);
        foreach ((int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d, int? window, float cap) in Shapes)
        {
            var shape = new AttentionShape(tokens, kvHeads * queriesPerKey, past) { Window = window, SoftCap = cap };
            foreach (CacheType type in Enum.GetValues<CacheType>())
                Attends(device, attention, shape, new(type, offset, kvHeads, d), random);
        }
    }

    /// <summary>A window that nothing is beyond takes the same kernels as no window, to the bit.</summary>
    [Theory, EveryDevice]
    public void A_window_of_all_rows_is_none(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new CausalAttention(device, ActivationPrecision.Full);
        var random = new Random(2);
        using var cache = new TestCache(device, [60], 2, 32, random, CacheType.Float32);
        using var query = new CanaryBuffer<float>(device, random.Normal(20 * 4 * 32, 1));
        using var none = new CanaryBuffer<float>(device, 20 * 4 * 32);
        using var all = new CanaryBuffer<float>(device, 20 * 4 * 32);
        attention.Launch(none.View, query.View, new(cache.Cache, 0), new(20, 4, 40));
        attention.Launch(all.View, query.View, new(cache.Cache, 0), new(20, 4, 40) { Window = 60 });
        Assert.Equal(none.Read(), all.Read());
    }

    private static void Attends(ComputeDevice device, CausalAttention attention, AttentionShape shape, Layer layer, Random random)
    {
        (int tokens, int heads, int past) = (shape.Tokens, shape.Heads, shape.Past);
        int d = layer.HeadDim;
        float[] q = random.Normal(tokens * heads * d, 3);
        using var cache = new TestCache(device, [3, layer.Offset + past + tokens + 3], layer.KvHeads, d, random, layer.Type);
        using var query = new CanaryBuffer<float>(device, q);
        using var output = new CanaryBuffer<float>(device, tokens * heads * d);
        using var split = new CanaryBuffer<float>(device, tokens * heads * d);
        using var scratch = new CanaryBuffer<float>(device, (int)CausalAttention.ScratchFor(heads, d));
        attention.Launch(output.View, query.View, new(cache.Cache, 1, layer.Offset), shape);
        attention.Launch(split.View, query.View, new(cache.Cache, 1, layer.Offset), shape, scratch.View);
        var expected = new List<Expected>();
        for (int t = 0; t < tokens; t++)
        {
            for (int h = 0; h < heads; h++)
            {
                int count = Math.Min(past + t + 1, shape.Window ?? int.MaxValue), skipped = past + t + 1 - count;
                int first = cache.Row(1, h / (heads / layer.KvHeads), layer.Offset + skipped), at = ((t * heads) + h) * d;
                float[] keys = cache.Keys[1][first..(first + (count * d))], own = q[at..(at + d)];
                expected.AddRange(Reference.Attention(
                    j => Bounded(Reference.Dot(own, keys.AsSpan(j * d, d)), shape.SoftCap, Math.Sqrt(d)),
                    cache.Values[1].AsSpan(first, count * d), d));
            }
        }

        string what = $"{shape}, {layer}";
        Expected.AssertAll([.. expected], output.Read(), what);
        Expected.AssertAll([.. expected], split.Read(), $"{what}, split");
        Assert.Equal(q, query.Read());
        cache.AssertHolds(cache.Unchanged(), what);
    }

    /// <summary>The product q·k whose score, divided by √d, is bounded.</summary>
    private static Expected Bounded(Expected product, double cap, double root) => cap == 0
        ? product
        : new(cap * Math.Tanh(product.Value / root / cap) * root, product.Error + (12 * U * cap * root));

    private sealed record Layer(CacheType Type, int Offset, int KvHeads, int HeadDim);
}
