using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.SnapKv;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Contexts;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.SnapKv;

public sealed class SnapKvMethodTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Heads_keep_the_tokens_that_the_last_tokens_attend_to(string name)
    {
        Open(name);
        (int, int, int, int)[] cases = [(30, 8, 5, 90), (12, 12, 7, 40), (5, 1, 1, 30), (60, 3, 3, 61)];
        foreach ((int budget, int observed, int pooling, int length) in cases)
        {
            MethodCase.AssertReads(
                name, new SnapKvMethod(new() { Budget = budget, Observed = observed, Pooling = pooling }), MethodCase.Input(length), 6,
                _ => new VotedCache(budget, observed, pooling, length));
        }
    }

    [Fact]
    public void A_budget_as_long_as_the_input_is_plain_text()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(1100));
        using KvContext plain = new PlainMethod().Read(request);
        using KvContext kept = new SnapKvMethod(new() { Budget = 1100 }).Read(request);
        Assert.Equal(plain.ReadLogits(), kept.ReadLogits());
        // One token less than all of it, read layer by layer: the logits of the input itself are still those of plain text.
        using KvContext less = new SnapKvMethod(new() { Budget = 1099 }).Read(request);
        Assert.Equal(1099, less.Length);
        Expected.AssertAll(Expected.Within(plain.ReadLogits(), 2e-4), less.ReadLogits(), "logits");
    }

    [Theory]
    [InlineData(CacheType.Float32)]
    [InlineData(CacheType.Float16)]
    public void Only_one_layer_is_held_whole(CacheType type)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        ModelConfig config = model.Config;
        var options = new ResolvedSnapKvOptions(50, 7, 3);
        long before = device.Memory.InUse;
        foreach (int length in new[] { 300, 2000 })
        {
            device.Memory.ResetPeak();
            var method = new SnapKvMethod(new() { Budget = options.Budget, Observed = options.Observed, Pooling = options.Pooling });
            method.Read(new(model, MethodCase.Input(length)) { NewTokens = 9, CacheType = type }).Dispose();
            int[] lengths = [.. Enumerable.Repeat(options.Budget + 9, config.Layers)];
            long finished = KeyValueCache.BytesFor(lengths, config.KvHeads, config.HeadDim, type)
                + KvContext.BytesFor(config) + RopeTable.BytesFor(config, length + 9);
            Assert.Equal(finished + SnapKvRun.BytesFor(model, options, length, type), device.Memory.Peak - before);
        }
    }

    private sealed class VotedCache(int budget, int observed, int pooling, int document) : ReferenceCache
    {
        private readonly Dictionary<(int Layer, int Head), double[]> votes = [];
        private readonly Dictionary<(int Layer, int Head), int[]> kept = [];

        public override IEnumerable<Seen> Visible(int layer, int head, int token)
        {
            if (token < document)
                return base.Visible(layer, head, token);
            if (!kept.TryGetValue((layer, head), out int[]? rows))
                kept[(layer, head)] = rows = Select(votes[(layer, head)]);
            return rows.Concat(Enumerable.Range(document, token - document + 1)).Select(j => new Seen(j, j, token));
        }

        public override void Attended(int layer, int head, int token, Seen[] seen, double[] attention)
        {
            if (!votes.TryGetValue((layer, head), out double[]? sums))
                votes[(layer, head)] = sums = new double[document];
            for (int j = 0; j < seen.Length && token >= document - observed && token < document; j++)
                sums[seen[j].Token] += attention[j];
        }

        private int[] Select(double[] sums)
        {
            int candidates = document - observed;
            double Pooled(int j) => Enumerable.Range(j - (pooling / 2), pooling).Where(i => i >= 0 && i < candidates).Max(i => sums[i]);
            IEnumerable<int> best = Enumerable.Range(0, candidates).OrderByDescending(Pooled).ThenBy(j => j).Take(budget - observed);
            return [.. best.Order(), .. Enumerable.Range(candidates, observed)];
        }
    }
}
