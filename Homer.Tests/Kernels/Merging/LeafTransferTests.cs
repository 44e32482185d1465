using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class LeafTransferTests : DeviceTests
{
    // Tokens (an even number in aligned memory), elements of a head and of a hidden state: less and more than a piece of 1024 words, rows
    // that do and do not fill 16 bytes; of 9 heads of 2 elements, hidden states do not begin at a multiple of 16 bytes.
    private static readonly (int Tokens, int HeadDim, int Width)[] Cases =
        [(1, 8, 8), (7, 6, 33), (33, 64, 172), (172, 24, 64), (172, 6, 33), (515, 8, 36), (516, 8, 36), (9, 2, 4), (10, 2, 4)];

    [Theory, EveryDevice]
    public void What_is_saved_comes_back(string name)
    {
        ComputeDevice device = Open(name);
        var transfer = new LeafTransfer(device);
        var random = new Random(1);
        foreach (((int tokens, int d, int width), CacheType type) in Cases.SelectMany(
            shape => Enum.GetValues<CacheType>().Select(type => (shape, type))))
        {
            bool aligned = tokens % 2 == 0;
            const int KvHeads = 3, Layers = 2, Start = 2;
            int[] from = [0, 5], to = [4, 1], capacities = [tokens + 6, tokens + 9, 4];
            using var source = new TestCache(device, capacities, KvHeads, d, random, type);
            using var target = new TestCache(device, capacities, KvHeads, d, random, type);
            using var sourceRows = new TestRows(device, Start + tokens, width, random);
            using var targetRows = new TestRows(device, Start + tokens, width, random);
            using DeviceBuffer<LayerSpan> saved = Spans(from), restored = Spans(to);
            using var packed = new CanaryBuffer<int>(device, (int)LeafTransfer.WordsFor(tokens, Layers, KvHeads, d, width, type), aligned);
            transfer.LaunchSave(packed.View, source.Cache, saved.View, Layers, sourceRows.Rows.Hidden(Start, tokens), tokens);
            transfer.LaunchRestore(packed.View, target.Cache, restored.View, Layers, targetRows.Rows.Hidden(0, tokens), tokens);

            string what = $"{tokens} tokens, heads of {d}, {width} wide, {type}, aligned: {aligned}";
            (Expected[][] keys, Expected[][] values) = target.Unchanged();
            for (int l = 0; l < Layers; l++)
            {
                for (int h = 0; h < KvHeads; h++)
                {
                    int first = source.Row(l, h, from[l]), place = target.Row(l, h, to[l]);
                    Expected.Exactly(source.Keys[l].AsSpan(first, tokens * d)).CopyTo(keys[l], place);
                    Expected.Exactly(source.Values[l].AsSpan(first, tokens * d)).CopyTo(values[l], place);
                }
            }

            target.AssertHolds((keys, values), what);
            packed.Read();
            Assert.Equal([.. sourceRows.Hidden[(Start * width)..], .. targetRows.Hidden[(tokens * width)..]], targetRows.Read().Hidden);

            DeviceBuffer<LayerSpan> Spans(int[] offsets) => device.Upload<LayerSpan>(
                [.. offsets.Select(offset => new LayerSpan { FirstRow = offset, Left = tokens })], MemoryUse.Workspace);
        }
    }
}
