using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Llama;

public sealed class AttentionTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Attends_in_causal_order(string name)
    {
        ComputeDevice device = Open(name);
        var attention = new Attention(device);
        var random = new Random(1);
        // 128 keys are a tile of the group's body.
        foreach ((int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d) in new[]
        {
            (1, 0, 0, 1, 1, 8), (1, 127, 0, 2, 1, 64), (1, 128, 3, 2, 4, 64), (1, 300, 1, 1, 4, 256), (2, 0, 0, 1, 2, 24), (7, 0, 5, 3, 1, 32),
            (5, 33, 0, 2, 2, 128), (33, 7, 2, 2, 4, 24), (140, 0, 0, 1, 2, 8), (6, 250, 9, 1, 1, 40), (3, 1, 0, 2, 2, 200), (7, 33, 1, 1, 2, 100),
        })
        {
            foreach (double magnitude in new[] { 1, 20 })
            {
                const int Layer = 1;
                int heads = kvHeads * queriesPerKey;
                float[] q = random.Normal(tokens * heads * d, magnitude);
                using var cache = new TestCache(device, [4, offset + past + tokens + 3, 5], kvHeads, d, random);
                using var query = new Guarded<float>(device, q);
                using var output = new Guarded<float>(device, tokens * heads * d);
                attention.Launch(output.View, query.View, cache.Cache, Layer, offset, past, tokens, heads);

                var expected = new List<Bounded>();
                for (int t = 0; t < tokens; t++)
                {
                    for (int h = 0; h < heads; h++)
                    {
                        int first = cache.Row(Layer, h / queriesPerKey, offset), seen = (past + t + 1) * d;
                        expected.AddRange(Reference.Attention(
                            q.AsSpan(((t * heads) + h) * d, d), cache.Keys[Layer].AsSpan(first, seen), cache.Values[Layer].AsSpan(first, seen)));
                    }
                }

                string what = $"{tokens} tokens after {past} at {offset}, {heads}/{kvHeads} heads of {d}, queries times {magnitude}";
                Bounded.AssertAll(expected, output.Read(), what);
                cache.AssertHolds(cache.Unchanged(), what);
            }
        }
    }
}
