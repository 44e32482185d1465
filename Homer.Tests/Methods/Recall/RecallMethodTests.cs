using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Kernels;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Recall;

public sealed class RecallMethodTests : DeviceTests
{
    private static readonly RecallOptions Options = new() { Chunk = 40, Overlap = 6, Heads = "1.2+0.0", Tokens = 50, Neighbours = 3 };

    [Fact]
    public void Keys_are_those_of_the_cache_before_RoPE()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        ModelConfig config = model.Config;
        ContextInput input = MethodCase.Input(75);
        int[] prefix = [.. input.Prefix], document = [.. input.Document];
        ResolvedRecallOptions options = Options.Resolve(config, RopeScaling.None, null);
        using var reader = new KeyReader(model, RopeScaling.None, options, prefix, default);
        // Two chunks: a slice with tokens before it, behind the same prefix.
        foreach ((int start, int overlap, int count) in new[] { (0, 0, 37), (31, 6, 20) })
        {
            int[] slice = document[(start - overlap)..(start + count)];
            RecallPart part = reader.Read(slice, overlap, default);
            using KvContext plain = KvContext.Create(model, RopeScaling.None, 60);
            plain.Append([.. prefix, .. slice]);
            using var rope = new RopeTable(device, config, RopeScaling.None, 60);
            float[] cos = device.Read(rope.Cos), sin = device.Read(rope.Sin);
            foreach ((int slot, RecallHead head) in options.Heads.Index())
            {
                int d = config.HeadDim, kvHead = head.Head / (config.Heads / config.KvHeads);
                float[] keys = plain.Cache.ReadPlane(head.Layer, kvHead, plain.Length);
                for (int token = 0; token < count; token++)
                {
                    int row = (token * 2) + slot, position = prefix.Length + overlap + token;
                    float scale = part.Scales.Span[row].ToSingle();
                    float[] key = [.. part.Elements.Span.Slice(row * d, d).ToArray().Select(element => element * scale)];
                    Expected[] rotated = Reference.Rotate(
                        key, cos.AsSpan(position * d / 2, d / 2), sin.AsSpan(position * d / 2, d / 2));
                    Expected.AssertAll(
                        [.. rotated.Select(element => element with { Error = 1.5 * scale })], keys.AsSpan(position * d, d),
                        $"{head}, {token}");
                }
            }
        }
    }

    [Theory, EveryDevice]
    public void What_is_chosen_is_read_as_plain_text(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        ContextInput input = MethodCase.Input(500);
        var request = new ContextRequest(model, input) { NewTokens = 2 };
        var reading = (RecallReading)new RecallMethod(Options).Plan(request);
        using KvContext context = reading.Read();
        Assert.Equal(50, reading.Passages.Count);
        int[] prefix = [.. input.Prefix], suffix = [.. input.Suffix];
        using KvContext plain = KvContext.Create(model, RopeScaling.None, 60);
        plain.Append([.. prefix, .. reading.Passages.Select(token => input.Document[token]), .. suffix]);
        Assert.Equal(plain.ReadLogits(), context.ReadLogits());
        Assert.Equal([0, 1, 2, .. reading.Passages.Select(token => 3 + token), 498, 499], context.Survivors.Tokens);
    }

    [Fact]
    public void More_than_the_window_holds_is_read_in_a_tree()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ContextInput input = MethodCase.Input(500);
        var reading = (RecallReading)new RecallMethod(Options with { Tokens = 200 }).Plan(new(model, input));
        Assert.True(reading.Merges);
        using KvContext context = reading.Read();
        Assert.Equal(200, reading.Passages.Count);
        ContextInput chosen = input with { Document = [.. reading.Passages.Select(token => input.Document[token])] };
        using KvContext merged = new HomerMethod(HomerOptions.Instruct with { Chunk = 40 }).Read(new(model, chosen));
        Assert.Equal(merged.ReadLogits(), context.ReadLogits());
        int[] ids = input.Tokens(), read = chosen.Tokens();
        Assert.Equal(merged.Survivors.Tokens.Select(token => read[token]), context.Survivors.Tokens.Select(token => ids[token]));
        Assert.Equal(context.Survivors.Tokens.Order(), context.Survivors.Tokens);
    }

    [Fact]
    public void A_further_question_takes_the_keys_that_are_kept()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ContextInput first = MethodCase.Input(500), second = first with { Suffix = [9, 8, 7] };
        var memory = new RecallMemory();
        RecallMethod keeping = new RecallMethod(Options).WithMemory(memory);
        keeping.Read(new(model, first)).Dispose();
        Assert.Equal(0, memory.Reused);
        using KvContext kept = keeping.Read(new(model, second)), anew = new RecallMethod(Options).Read(new(model, second));
        Assert.Equal(1, memory.Reused);
        Assert.Equal(anew.ReadLogits(), kept.ReadLogits());
        keeping.Read(new(model, first with { Document = [.. first.Document.Skip(1)] })).Dispose();
        Assert.Equal(1, memory.Reused);
    }

    [Fact]
    public void A_document_that_differs_in_a_few_tokens_costs_its_chunks()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ContextInput first = MethodCase.Input(500);
        int[] other = [.. first.Document];
        other[250] ^= 1;
        ContextInput changed = first with { Document = other };
        var memory = new RecallMemory();
        RecallMethod keeping = new RecallMethod(Options).WithMemory(memory);
        foreach (ContextInput input in new[] { first, changed, first with { Document = other[..^30] }, first })
        {
            var ranking = new TokenRanking();
            using KvContext kept = ((RecallMethod)keeping.WithRanking(ranking)).Read(new(model, input));
            using KvContext anew = new RecallMethod(Options).Read(new(model, input));
            Assert.Equal(anew.ReadLogits(), kept.ReadLogits());
            int prefix = input.Prefix.Count;
            Assert.Equal(
                ranking.Order.Take(Options.Tokens!.Value).Order().Select(token => prefix + token),
                kept.Survivors.Tokens.Where(token => token >= prefix && token < prefix + input.Document.Count));
            Assert.Equal(input.Document.Count, ranking.Order.Distinct().Count());
        }

        Assert.Equal(0, memory.Reused);
    }

    [Theory]
    [InlineData(500, 3, 50)]
    [InlineData(60, 0, 50)]
    [InlineData(40, 5, 50)]
    [InlineData(700, 1, 10)]
    [InlineData(700, 2, 300)]
    [InlineData(250, 0, 300)]
    public void Memory_is_as_forecast(int length, int newTokens, int tokens)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        var request = new ContextRequest(model, MethodCase.Input(length)) { NewTokens = newTokens };
        var reading = (RecallReading)new RecallMethod(Options with { Tokens = tokens }).Plan(request);
        long forecast = reading.Forecast().Memory.PeakBytes;
        device.Memory.ResetPeak();
        reading.Read().Dispose();
        Assert.Equal(forecast, device.Memory.Peak);
    }

    [Fact]
    public void Device_memory_does_not_depend_on_the_length()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        long Peak(int length) => new RecallMethod(Options).Plan(
            new(model, new([1], new int[length], [2]))).Forecast(new GenerationOptions()).Memory.PeakBytes;
        Assert.Equal(Peak(1 << 17), Peak(1 << 21));
    }

    [Theory]
    [InlineData("recall:heads=9.0", "layers")]
    [InlineData("recall:heads=0.9", "heads")]
    [InlineData("recall:heads=0.0+0.0", "twice")]
    [InlineData("recall:heads=x", "18.6")]
    [InlineData("recall:tokens=0", "1 token")]
    [InlineData("recall:chunk=3", "no room")]
    [InlineData("recall:chunk=4,tokens=1", "question")]
    [InlineData("recall:neighbours=-1", "neighbours")]
    [InlineData("recall:overlap=-1", "overlap")]
    public void Impossible_settings_are_refused(string method, string reason)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        HomerException refusal = Assert.ThrowsAny<HomerException>(
            () => ContextMethods.Find(method).Read(new(model, MethodCase.Input(300))));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
