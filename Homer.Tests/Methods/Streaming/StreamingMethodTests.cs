using Homer.Engine.Contexts;
using Homer.Engine.Methods.Streaming;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Contexts;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Streaming;

public sealed class StreamingMethodTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Tokens_see_the_sinks_and_the_last_tokens_at_their_rows_of_the_cache(string name)
    {
        Open(name);
        foreach ((int sinks, int window, int block, int length) in new[] { (4, 20, 6, 90), (0, 9, 9, 40), (3, 12, 1, 40) })
        {
            MethodCase.AssertReads(
                name, new StreamingMethod(new() { Sinks = sinks, Window = window, Block = block }), MethodCase.Input(length), 15,
                _ => new SinkCache(sinks, window, block, length));
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
            using KvContext context = new StreamingMethod().Read(new(model, MethodCase.Input(length)));
            Assert.Equal((128, 128), (context.Length, context.NextPosition));
            for (int i = 0; i < 50; i++)
                context.Append([i]);
            Assert.Equal((128, 128, int.MaxValue), (context.Length, context.NextPosition, context.Room));
            return device.Memory.Peak;
        }
    }

    [Theory]
    [InlineData(CacheType.Float32)]
    [InlineData(CacheType.Float16)]
    public void The_policy_allocates_the_bytes_that_it_forecasts(CacheType type)
    {
        var options = new ResolvedStreamingOptions(4, 33, 7);
        MethodCase.AssertAllocates(
            Open("cpu"),
            config => SinkPolicy.BytesFor(config, options, type),
            (model, rope) => new SinkPolicy(model, rope, options, type));
    }

    /// <summary>
    /// Reads the document in blocks and new tokens one by one; the evictions that make room for a block come before it.
    /// </summary>
    private sealed class SinkCache(int sinks, int window, int block, int document) : ReferenceCache
    {
        private readonly List<int> held = [];

        public override void Begin(int token)
        {
            bool starts = token >= document || token % block == 0;
            int coming = token >= document ? 1 : Math.Min(block, document - token);
            while (starts && held.Count + coming > sinks + window)
                held.RemoveAt(sinks);
            held.Add(token);
        }

        public override IEnumerable<Seen> Visible(int layer, int head, int token) =>
            held.Select((j, row) => new Seen(j, row, held.Count - 1));
    }
}
