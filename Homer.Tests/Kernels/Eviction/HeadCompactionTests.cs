using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Eviction;

public sealed class HeadCompactionTests : DeviceTests
{
    private static readonly (int Rows, int Count, int KvHeads, int HeadDim)[] Shapes =
        [(1, 1, 1, 8), (7, 3, 2, 24), (33, 33, 1, 32), (172, 100, 3, 64), (40, 1, 2, 256)];

    [Theory, EveryDevice]
    public void Each_head_of_each_layer_keeps_its_own_rows(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(1);
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            foreach ((int rows, int count, int kvHeads, int d) in Shapes)
            {
                const int First = 1, Layers = 2;
                int[] chosen = [.. Enumerable.Range(0, Layers * kvHeads).SelectMany(_ => random.Subset(count, rows))];
                using var source = new TestCache(device, [3, rows, rows + 5, 2], kvHeads, d, random, type);
                using var target = new TestCache(device, [2, count + 1, count, 4], kvHeads, d, random, type);
                using var kept = new CanaryBuffer<int>(device, chosen);
                var gathering = new HeadCompaction(device);
                gathering.Launch(target.Cache, source.Cache, First, Layers, kept.View, count);
                target.AssertHolds(Moved(target), "elsewhere");
                source.AssertHolds(source.Unchanged(), "source");
                gathering.Launch(source.Cache, source.Cache, First, Layers, kept.View, count);
                source.AssertHolds(Moved(source), "in place");

                (Expected[][] Keys, Expected[][] Values) Moved(TestCache to)
                {
                    (Expected[][] keys, Expected[][] values) = to.Unchanged();
                    for (int i = 0; i < chosen.Length; i++)
                    {
                        int layer = First + (i / (kvHeads * count)), head = i / count % kvHeads;
                        int from = source.Row(layer, head, chosen[i]), at = to.Row(layer, head, i % count);
                        Expected.Exactly(source.Keys[layer].AsSpan(from, d)).CopyTo(keys[layer], at);
                        Expected.Exactly(source.Values[layer].AsSpan(from, d)).CopyTo(values[layer], at);
                    }

                    return (keys, values);
                }
            }
        }
    }

    [Theory, EveryDevice]
    public void Each_plane_keeps_its_own_elements(string name)
    {
        ComputeDevice device = Open(name);
        var random = new Random(2);
        foreach ((int rows, int count, int planes, int _) in Shapes)
        {
            int stride = rows + 2;
            float[] before = random.Normal(planes * stride), expected = [.. before];
            int[] chosen = [.. Enumerable.Range(0, planes).SelectMany(_ => random.Subset(count, rows))];
            for (int i = 0; i < chosen.Length; i++)
                expected[(i / count * stride) + (i % count)] = before[(i / count * stride) + chosen[i]];
            using var values = new CanaryBuffer<float>(device, before);
            using var kept = new CanaryBuffer<int>(device, chosen);
            new HeadCompaction(device).LaunchElements(values.View, stride, kept.View, planes, count);
            Assert.Equal(expected, values.Read());
        }
    }
}
