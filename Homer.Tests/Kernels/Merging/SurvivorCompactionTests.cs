using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class SurvivorCompactionTests : DeviceTests
{
    // Tokens of the chunk, survivors, elements of a row: more than one batch of 128, rows that do and do not fill 16 bytes or slices of
    // 128, one or everything kept.
    private static readonly (int Tokens, int Count, int Width)[] Cases =
        [(1, 1, 8), (7, 3, 24), (33, 33, 32), (33, 1, 256), (172, 100, 64), (515, 400, 8), (300, 290, 72), (400, 257, 6), (172, 129, 34)];

    [Theory, EveryDevice]
    public void Survivors_move_up_in_consecutive_layers_of_the_chunk(string name)
    {
        ComputeDevice device = Open(name);
        var gathering = new SurvivorCompaction(device);
        var random = new Random(1);
        foreach (((int tokens, int count, int d), CacheType type) in Cases.SelectMany(
            shape => Enum.GetValues<CacheType>().Select(type => (shape, type))))
        {
            const int KvHeads = 2, First = 1, Layers = 3;
            int[] offsets = [0, 5, 2], survivors = random.Subset(count, tokens);
            using var cache = new TestCache(device, [4, tokens, tokens + 9, tokens + 2, 4], KvHeads, d, random, type);
            using DeviceBuffer<LayerSpan> spans = device.Upload<LayerSpan>(
                [.. offsets.Select(offset => new LayerSpan { FirstRow = offset, Left = tokens })], MemoryUse.Workspace);
            using var kept = new CanaryBuffer<int>(device, survivors);
            gathering.LaunchCache(cache.Cache, First, Layers, spans.View, kept.View, count);

            (Expected[][] keys, Expected[][] values) = cache.Unchanged();
            for (int l = First; l < First + Layers; l++)
            {
                for (int h = 0; h < KvHeads; h++)
                {
                    for (int j = 0; j < count; j++)
                    {
                        int from = cache.Row(l, h, offsets[l - First] + survivors[j]), to = cache.Row(l, h, offsets[l - First] + j);
                        Expected.Exactly(cache.Keys[l].AsSpan(from, d)).CopyTo(keys[l], to);
                        Expected.Exactly(cache.Values[l].AsSpan(from, d)).CopyTo(values[l], to);
                    }
                }
            }

            cache.AssertHolds((keys, values), $"{count} of {tokens} rows of {d}, {type}");
        }
    }

    [Theory, EveryDevice]
    public void Survivors_move_up_in_the_rows_of_the_chunk(string name)
    {
        ComputeDevice device = Open(name);
        var gathering = new SurvivorCompaction(device);
        var random = new Random(2);
        foreach ((int tokens, int count, int width) in Cases)
        {
            const int Start = 3;
            int[] survivors = random.Subset(count, tokens);
            using var rows = new TestRows(device, Start + tokens + 2, width, random);
            using var kept = new CanaryBuffer<int>(device, survivors);
            gathering.LaunchRows(rows.Rows, Start, tokens, kept.View, count);
            // What lies behind the survivors stays as it was, as does all that is not of this chunk.
            int[] source =
            [
                .. Enumerable.Range(0, Start + tokens + 2)
                    .Select(i => i >= Start && i < Start + count ? Start + survivors[i - Start] : i),
            ];
            (float[] hidden, int[] positions, int[] indices, float[] significance) = rows.Read();
            Expected.AssertAll(
                [.. source.SelectMany(i => Expected.Exactly(rows.Hidden.AsSpan(i * width, width)))], hidden,
                $"{count} of {tokens} rows of {width}");
            Assert.Equal(source.Select(i => rows.Positions[i]), positions);
            Assert.Equal(source.Select(i => rows.Tokens[i]), indices);
            Assert.Equal(source.Select(i => rows.Significance[i]), significance);
        }
    }
}
