using Homer.Kernels.Devices;
using Homer.Kernels.Eviction;
using Homer.Kernels.KvCache;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Eviction;

public sealed class KeyRerotationTests : DeviceTests
{
    private const int Positions = 300;

    [Theory, EveryDevice]
    public void Queries_are_rotated_in_place_or_elsewhere(string name)
    {
        ComputeDevice device = Open(name);
        var rotation = new KeyRerotation(device);
        var random = new Random(1);
        foreach ((int tokens, int heads, int d) in new[] { (1, 1, 8), (7, 3, 24), (33, 4, 64), (5, 2, 256) })
        {
            float[] q = random.Normal(tokens * heads * d), c = random.Normal(Positions * d / 2), s = random.Normal(Positions * d / 2);
            int[] by = random.Below(tokens, Positions);
            using var query = new CanaryBuffer<float>(device, q);
            using var target = new CanaryBuffer<float>(device, q.Length);
            using var shifts = new CanaryBuffer<int>(device, by);
            using var cos = new CanaryBuffer<float>(device, c);
            using var sin = new CanaryBuffer<float>(device, s);
            Expected[] expected =
            [
                .. Enumerable.Range(0, tokens * heads).SelectMany(
                    i => Reference.Rotate(
                        q.AsSpan(i * d, d), c.AsSpan(by[i / heads] * d / 2, d / 2), s.AsSpan(by[i / heads] * d / 2, d / 2))),
            ];
            rotation.LaunchQueries(target.View, query.View, shifts.View, new() { Cos = cos.View, Sin = sin.View }, tokens, heads, d);
            Expected.AssertAll(expected, target.Read(), $"{tokens} tokens, {heads} heads of {d}");
            Assert.Equal(q, query.Read());
            rotation.LaunchQueries(query.View, query.View, shifts.View, new() { Cos = cos.View, Sin = sin.View }, tokens, heads, d);
            Expected.AssertAll(expected, query.Read(), $"{tokens} tokens, {heads} heads of {d}, in place");
        }
    }

    [Theory, EveryDevice]
    public void Rows_of_a_layer_are_copied_with_their_keys_rotated(string name)
    {
        ComputeDevice device = Open(name);
        var rotation = new KeyRerotation(device);
        var random = new Random(2);
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            foreach ((int first, int count, int kvHeads, int d) in new[]
            {
                (0, 1, 1, 8), (3, 0, 2, 8), (5, 33, 2, 24), (0, 172, 3, 64), (9, 4, 1, 256),
            })
            {
                const int Layer = 1;
                float[] c = random.Normal(Positions * d / 2), s = random.Normal(Positions * d / 2);
                int[] by = random.Below(count, Positions);
                using var source = new TestCache(device, [2, first + count + 3, 4], kvHeads, d, random, type);
                using var target = new TestCache(device, [count + 2], kvHeads, d, random, type);
                using var shifts = new CanaryBuffer<int>(device, by);
                using var cos = new CanaryBuffer<float>(device, c);
                using var sin = new CanaryBuffer<float>(device, s);
                rotation.LaunchRows(
                    target.Cache, new(source.Cache, Layer, first), count, shifts.View, new() { Cos = cos.View, Sin = sin.View });

                (Expected[][] keys, Expected[][] values) = target.Unchanged();
                for (int h = 0; h < kvHeads; h++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        int from = source.Row(Layer, h, first + i), to = target.Row(0, h, i);
                        Array.ConvertAll(
                            Reference.Rotate(
                                source.Keys[Layer].AsSpan(from, d), c.AsSpan(by[i] * d / 2, d / 2), s.AsSpan(by[i] * d / 2, d / 2)),
                            target.Stored).CopyTo(keys[0], to);
                        Expected.Exactly(source.Values[Layer].AsSpan(from, d)).CopyTo(values[0], to);
                    }
                }

                string what = $"{count} rows from {first}, {kvHeads} heads of {d}, {type}";
                target.AssertHolds((keys, values), what);
                source.AssertHolds(source.Unchanged(), what);
            }
        }
    }
}
