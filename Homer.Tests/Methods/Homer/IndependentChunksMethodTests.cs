using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

public sealed class IndependentChunksMethodTests : DeviceTests
{
    private static readonly HomerOptions Options = new() { Chunk = 30, Target = 50, Pooling = 3 };

    [Theory]
    [InlineData(30)]
    [InlineData(12)]
    public void One_chunk_is_read_as_merging_reads_it(int target)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(30));
        HomerOptions options = Options with { Target = target };
        using KvContext alone = Independent(options).Read(request), merged = new HomerMethod(options).Read(request);
        Assert.Equal(target, alone.Length);
        Assert.Equal(merged.Survivors.Tokens, alone.Survivors.Tokens);
        Assert.Equal(merged.ReadLogits(), alone.ReadLogits());
    }

    [Fact]
    public void Each_chunk_keeps_the_tokens_that_it_keeps_alone()
    {
        // Four leaves of 25 tokens, with a prefix of 3 and a suffix of 2; the target has room for 45 of them, 11 for each leaf.
        const int Prefix = 3, Leaf = 25, Share = 11;
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ContextInput input = MethodCase.Input(5 + (4 * Leaf));
        using KvContext joined = Independent(Options).Read(new(model, input));
        Assert.Equal(5 + (4 * Share), joined.Length);
        int[] kept = [.. joined.Survivors.Tokens.Skip(Prefix).SkipLast(2)];
        (float[] keys, float[] values) = joined.Cache.Read(4, joined.Length);
        int d = model.Config.HeadDim;
        for (int leaf = 0; leaf < 4; leaf++)
        {
            ContextInput slice = input with { Document = [.. input.Document.Skip(leaf * Leaf).Take(Leaf)] };
            using KvContext alone = new HomerMethod(Options with { Target = 5 + Share }).Read(new(model, slice));
            Assert.Equal(
                kept.Skip(leaf * Share).Take(Share),
                alone.Survivors.Tokens.Skip(Prefix).SkipLast(2).Select(token => token + (leaf * Leaf)));
            (float[] aloneKeys, float[] aloneValues) = alone.Cache.Read(4, alone.Length);
            int from = Prefix * d, to = (Prefix + (leaf * Share)) * d;
            Assert.Equal(aloneKeys[from..(from + (Share * d))], keys[to..(to + (Share * d))]);
            Assert.Equal(aloneValues[from..(from + (Share * d))], values[to..(to + (Share * d))]);
        }
    }

    /// <summary>The last hidden state, from which logits come, is the average of the last hidden states of the chunks.</summary>
    [Fact]
    public void Chunks_run_through_all_layers_once()
    {
        const int Leaf = 25;
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ContextInput input = MethodCase.Input(5 + (4 * Leaf));
        float[] joined = LastHidden(input, Independent(Options));
        IEnumerable<int[]> slices = input.Document.Chunk(Leaf);
        float[][] alone = [.. slices.Select(slice => LastHidden(input with { Document = slice }, new HomerMethod(Options)))];
        float[] average = [.. joined.Select((_, i) => alone.Average(hidden => hidden[i]))];
        Expected.AssertAll(Expected.Within(average, 1e-5f), joined, "the last token's hidden state");

        float[] LastHidden(ContextInput read, HomerMethod method)
        {
            float[] last = [];
            int size = model.Config.HiddenSize;
            using var run = new HomerRun(method.PlanMerging(new(model, read)))
            {
                OnRoot = (hidden, count) => last = model.Device.Read(hidden.SubView(hidden.Length - size, size)),
            };
            run.Run().Dispose();
            return last;
        }
    }

    [Fact]
    public void More_chunks_than_the_target_has_tokens_keep_one_each()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        using KvContext context = Independent(Options).Read(new(model, MethodCase.Input(5 + (64 * 25))));
        Assert.Equal(5 + 64, context.Length);
    }

    [Fact]
    public void The_forecast_peak_equals_the_measured_peak()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        HomerMethod method = Independent(Options with { RereadSuffix = true });
        PlannedReading reading = method.Plan(new(model, MethodCase.Input(700)) { NewTokens = 3 });
        MemoryForecast forecast = reading.Forecast().Memory;
        device.Memory.ResetPeak();
        reading.Read().Dispose();
        Assert.Equal(forecast.PeakBytes, device.Memory.Peak);
    }

    private static HomerMethod Independent(HomerOptions options) => (HomerMethod)new IndependentChunksMethod().WithOptions(options);
}
