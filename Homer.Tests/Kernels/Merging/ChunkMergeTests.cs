using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class ChunkMergeTests : DeviceTests
{
    // Contexts that fill less or more than the right chunk's prefix leaves free, empty ones, and more than one batch of 128.
    private static readonly (int Left, int Right, int Prefix, int Suffix, int Width)[] Cases =
    [
        (1, 1, 0, 1, 8), (7, 9, 2, 3, 24), (5, 5, 2, 3, 32), (33, 6, 4, 1, 64), (6, 33, 1, 4, 256), (172, 300, 20, 10, 8),
        (300, 172, 0, 7, 33), (40, 39, 3, 0, 12),
        (20, 3, 3, 0, 72), (150, 290, 9, 6, 72), (5, 400, 2, 3, 6),
    ];

    [Theory, EveryDevice]
    public void Merges_keys_and_values_of_every_layer(string name)
    {
        ComputeDevice device = Open(name);
        var merge = new ChunkMerge(device);
        var random = new Random(1);
        foreach (((int left, int right, int prefix, int suffix, int width), CacheType type) in Cases.SelectMany(
            shape => Enum.GetValues<CacheType>().Select(type => (shape, type))))
        {
            // Heads are even: their halves are rotated together.
            int d = width + (width % 2);
            const int KvHeads = 2, Layers = 3;
            int[] offsets = [0, 5, 2], gaps = [0, 3, 40];
            ChunkMerge.Affixes affixes = AffixesOf(prefix, suffix);
            using var cache = new TestCache(device, [left + right, left + right + 12, left + right + 43, 4], KvHeads, d, random, type);
            using DeviceBuffer<LayerSpan> spans = device.Upload<LayerSpan>(
                [.. offsets.Zip(gaps, (offset, gap) => new LayerSpan { FirstRow = offset, Left = left, Gap = gap, Right = right })],
                MemoryUse.Workspace);
            merge.LaunchCache(cache.Cache, spans.View, Layers, affixes);
            string what = $"{left} and {right} rows of {d}, affixes {prefix} and {suffix}, {type}";
            for (int l = 0; l < cache.Keys.Length; l++)
            {
                (float[] keys, float[] values) = cache.Cache.Read(l, cache.Cache.Capacity(l));
                AssertMerged(cache.Keys[l], keys, $"{what}: keys of layer {l}");
                AssertMerged(cache.Values[l], values, $"{what}: values of layer {l}");

                void AssertMerged(float[] before, float[] after, string array)
                {
                    int plane = before.Length / KvHeads;
                    for (int h = 0; h < KvHeads; h++)
                    {
                        Expected[] expected = Expected.Exactly(before.AsSpan(h * plane, plane));
                        LayerSpan span = l < Layers ? new() { FirstRow = offsets[l], Left = left, Gap = gaps[l], Right = right } : default;
                        int idle = l < Layers ? Merge(expected, before.AsSpan(h * plane, plane), span, d, affixes, cache.Stored) : 0;
                        int start = l < Layers ? (span.FirstRow + left + span.Gap + right) * d : 0;
                        Expected.AssertAll(expected[..(start - idle)], after.AsSpan(h * plane, start - idle), array);
                        Expected.AssertAll(expected[start..], after.AsSpan((h * plane) + start, plane - start), array);
                    }
                }
            }
        }
    }

    [Theory, EveryDevice]
    public void Merges_the_rows_of_two_chunks(string name)
    {
        ComputeDevice device = Open(name);
        var merge = new ChunkMerge(device);
        var random = new Random(2);
        foreach ((int left, int right, int prefix, int suffix, int width) in Cases)
        {
            const int Start = 3;
            int gap = left % 3 * 20, second = Start + left + gap, end = second + right, merged = left + right - prefix - suffix;
            ChunkMerge.Affixes affixes = AffixesOf(prefix, suffix);
            using var rows = new TestRows(device, end + 2, width, random);
            LayerSpan span = new() { FirstRow = Start, Left = left, Gap = gap, Right = right };
            merge.LaunchRows(rows.Rows, span, affixes);

            int[] source = [.. Enumerable.Range(0, Start + left - suffix), .. Enumerable.Range(second + prefix, right - prefix)];
            (float[] hidden, int[] positions, int[] tokens, float[] significance) = rows.Read();
            Expected[] expected = Expected.Exactly(rows.Hidden);
            Merge(expected, rows.Hidden, span, width, affixes, exact => exact);
            string what = $"{left} and {right} rows of {width}, {gap} between them, affixes {prefix} and {suffix}";
            Expected.AssertAll(expected[..((Start + merged) * width)], hidden.AsSpan(0, (Start + merged) * width), what);
            Expected.AssertAll(expected[(end * width)..], hidden.AsSpan(end * width), what);
            Assert.Equal(
                [.. source.Select(i => rows.Positions[i]), .. rows.Positions[end..]],
                (int[])[.. positions[..source.Length], .. positions[end..]]);
            Assert.Equal(
                [.. source.Select(i => rows.Tokens[i]), .. rows.Tokens[end..]],
                (int[])[.. tokens[..source.Length], .. tokens[end..]]);
            Assert.Equal(
                [.. source.Select(i => rows.Significance[i]), .. rows.Significance[end..]],
                (float[])[.. significance[..source.Length], .. significance[end..]]);
        }
    }

    private static ChunkMerge.Affixes AffixesOf(int prefix, int suffix) =>
        new() { Prefix = prefix, Suffix = suffix, LeftWeight = 0.75f, RightWeight = 0.25f };

    /// <summary>Puts the merger of two chunks in place of them.</summary>
    /// <returns>The elements behind the merger that no longer have a meaning.</returns>
    private static int Merge(
        Expected[] result, ReadOnlySpan<float> rows, LayerSpan span, int width, ChunkMerge.Affixes affixes, Func<Expected, Expected> stored)
    {
        int start = span.FirstRow, left = span.Left, second = start + left + span.Gap, end = second + span.Right, to = start;
        for (int i = 0; i < affixes.Prefix; i++)
            Blend(result, to++, rows, start + i, second + i, width, affixes, stored);
        for (int i = affixes.Prefix; i < left - affixes.Suffix; i++)
            Expected.Exactly(rows.Slice((start + i) * width, width)).CopyTo(result, to++ * width);
        for (int i = second + affixes.Prefix; i < end - affixes.Suffix; i++)
            Expected.Exactly(rows.Slice(i * width, width)).CopyTo(result, to++ * width);
        for (int i = affixes.Suffix; i > 0; i--)
            Blend(result, to++, rows, start + left - i, end - i, width, affixes, stored);
        return (end - to) * width;
    }

    private static void Blend(
        Expected[] result, int to, ReadOnlySpan<float> rows, int left, int right, int width, ChunkMerge.Affixes affixes,
        Func<Expected, Expected> stored)
    {
        for (int i = 0; i < width; i++)
        {
            double a = (double)affixes.LeftWeight * rows[(left * width) + i], b = (double)affixes.RightWeight * rows[(right * width) + i];
            result[(to * width) + i] = stored(new(a + b, 3 * Expected.Unit * (Math.Abs(a) + Math.Abs(b))));
        }
    }
}
