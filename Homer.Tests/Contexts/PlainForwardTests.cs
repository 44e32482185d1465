using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Contexts;

/// <summary>Compares the plain forward pass with recorded logits, on every device, and a text as a whole with the text in pieces.</summary>
public sealed class PlainForwardTests : DeviceTests
{
    private const double Recorded = 1e-3;
    private const double Split = 1e-4;

    private static string Golden => Path.Combine(GoldenCase.Data, "plain-and-calibration.safetensors");

    [Theory]
    [EveryDevice]
    public void Logits_of_every_position_are_as_recorded(string name)
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Golden);
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        float[] logits = Logits(model, golden.ReadArray<int>("segments")[..40]);
        Expected.AssertAll(Expected.Within(golden.Span<float>("logits"), Recorded), logits, "logits");
    }

    [Theory]
    [EveryDevice]
    public void Logits_of_a_trained_model_are_as_recorded(string name)
    {
        using SafetensorsFile golden = SafetensorsFile.Open(SharedData.Require("golden/stories260K-plain.safetensors"));
        using var model = TransformerModel.Load(SharedData.Require("models/stories260K"), Open(name));
        Expected.AssertAll(Expected.Within(golden.Span<float>("logits"), Recorded), Logits(model, golden.ReadArray<int>("ids")), "logits");
    }

    [Fact]
    public void Pieces_of_any_length_give_the_same_logits()
    {
        int[] ids = new Random(1).Below(60, 64);
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        float[] whole = Logits(model, ids);
        Gen.Int[1, 25].Array[60].Sample(
            lengths =>
            {
                using KvContext context = KvContext.Create(model, RopeScaling.None, ids.Length);
                var logits = new List<float>();
                foreach (int length in lengths)
                {
                    int start = context.Length, end = Math.Min(ids.Length, start + length);
                    if (start == end)
                        break;
                    context.Append(ids.AsSpan(start, end - start), observe: logits.AddRange);
                    Assert.Equal((end, end), (context.Length, context.NextPosition));
                    Expected.AssertAll(Expected.Within(whole.AsSpan((end - 1) * 64, 64), Split), context.ReadLogits(), "next logits");
                }

                Expected.AssertAll(Expected.Within(whole, Split), [.. logits], "all logits");
            },
            iter: 30, threads: 1);
    }

    [Fact]
    public void A_text_longer_than_a_block_is_read_in_blocks()
    {
        int[] ids = new Random(2).Below(1100, 64);
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext blocks = KvContext.Create(model, RopeScaling.None, ids.Length);
        using KvContext pieces = KvContext.Create(model, RopeScaling.None, ids.Length);
        var progress = new List<int>();
        blocks.Append(ids, progress.Add);
        Assert.Equal([512, 1024, 1100], progress);
        pieces.Append(ids.AsSpan(0, 700));
        pieces.Append(ids.AsSpan(700));
        Expected.AssertAll(Expected.Within(pieces.ReadLogits(), Split), blocks.ReadLogits(), "logits");
    }

    [Fact]
    public void More_tokens_than_there_is_room_for_are_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = KvContext.Create(model, RopeScaling.None, 5);
        context.Append([1, 2, 3]);
        float[] before = context.ReadLogits();
        Refused.With("room for 2 more tokens, not 3", () => context.Append([4, 5, 6]));
        Assert.Equal((3, 2), (context.Length, context.Room));
        Assert.Equal(before, context.ReadLogits());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("truncate")]
    [InlineData("homer")]
    public void Room_for_too_many_new_tokens_is_refused(string method)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        var request = new ContextRequest(model, new([1], [2, 3], [4])) { NewTokens = int.MaxValue };
        Refused.With("", () => ContextMethods.Find(method).Read(request));
    }

    [Fact]
    public void An_empty_suffix_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Assert.All(ContextMethods.All, method => Refused.With("suffix", () => method.Read(new(model, new([1], [2, 3], [])))));
    }

    [Fact]
    public void Cancellation_stops_and_frees_all_memory()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        using var source = new CancellationTokenSource();
        var request = new ContextRequest(model, new([], new Random(3).Below(2000, 64), [1]))
        {
            Progress = _ => source.Cancel(),
            Cancellation = source.Token,
        };
        Assert.Throws<OperationCanceledException>(() => new PlainMethod().Read(request));
        Assert.Equal(before, device.Memory.InUse);
    }

    private static float[] Logits(TransformerModel model, int[] ids)
    {
        using KvContext context = KvContext.Create(model, RopeScaling.None, ids.Length);
        var logits = new List<float>();
        context.Append(ids, observe: logits.AddRange);
        Span<float> last = logits.ToArray().AsSpan()[^model.Config.VocabularySize..];
        Expected.AssertAll(Expected.Within(context.ReadLogits(), Split), last, "next logits");
        return [.. logits];
    }
}
