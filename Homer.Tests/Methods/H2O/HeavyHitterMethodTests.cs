using Homer.Engine.Contexts;
using Homer.Engine.Methods.H2O;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Contexts;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.H2O;

public sealed class HeavyHitterMethodTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Heads_keep_the_tokens_with_most_attention_and_the_last_tokens(string name)
    {
        Open(name);
        foreach ((int heavy, int recent, int block, int length) in new[] { (10, 8, 5, 80), (0, 6, 4, 30), (7, 1, 1, 30) })
        {
            MethodCase.AssertReads(
                name, new HeavyHitterMethod(new() { Heavy = heavy, Recent = recent, Block = block }), MethodCase.Input(length), 12,
                reference => new HeavyHitterCache(reference, heavy, recent, block, length));
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_text()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        Assert.Equal(Peak(200), Peak(2000));

        long Peak(int length)
        {
            device.Memory.ResetPeak();
            using KvContext context = new HeavyHitterMethod().Read(new(model, MethodCase.Input(length)));
            for (int i = 0; i < 50; i++)
            {
                context.Append([i]);
                Assert.InRange(context.Length, 112, 128);
            }

            return device.Memory.Peak;
        }
    }

    [Theory]
    [InlineData(CacheType.Float32)]
    [InlineData(CacheType.Float16)]
    public void The_policy_allocates_the_bytes_that_it_forecasts(CacheType type)
    {
        var options = new ResolvedHeavyHitterOptions(11, 13, 7);
        MethodCase.AssertAllocates(
            Open("cpu"),
            config => HeavyHitterPolicy.BytesFor(config, options, type),
            (model, rope) => new HeavyHitterPolicy(model, rope, options, type));
    }

    /// <summary>
    /// Evicts as the paper does, except that evictions come before each block of the document, and each new token, that does not fit.
    /// </summary>
    private sealed class HeavyHitterCache(ReferenceModel model, int heavy, int recent, int block, int document) : ReferenceCache
    {
        private readonly Dictionary<(int Layer, int Head), List<int>> held =
            (from layer in Enumerable.Range(0, model.Layers)
             from head in Enumerable.Range(0, model.KvHeads)
             select (layer, head)).ToDictionary(plane => plane, _ => new List<int>());

        private readonly Dictionary<(int Layer, int Head, int Token), double> mass = [];

        public override void Begin(int token)
        {
            bool starts = token >= document || token % block == 0;
            int coming = token >= document ? 1 : Math.Min(block, document - token);
            foreach (((int layer, int head), List<int> tokens) in held)
            {
                if (starts && tokens.Count + coming > heavy + recent + block)
                {
                    int[] old = [.. tokens.SkipLast(recent)];
                    int[] light = [.. old.OrderByDescending(j => mass[(layer, head, j)]).Skip(heavy)];
                    tokens.RemoveAll(light.Contains);
                }

                tokens.Add(token);
            }
        }

        public override IEnumerable<Seen> Visible(int layer, int head, int token)
        {
            List<int> tokens = held[(layer, head)];
            return tokens.Select((j, row) => new Seen(j, row, tokens.Count - 1));
        }

        public override void Attended(int layer, int head, int token, Seen[] seen, double[] attention)
        {
            for (int j = 0; j < seen.Length; j++)
                mass[(layer, head, seen[j].Token)] = mass.GetValueOrDefault((layer, head, seen[j].Token)) + attention[j];
        }
    }
}
