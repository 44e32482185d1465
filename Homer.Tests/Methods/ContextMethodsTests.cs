using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Streaming;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods;

/// <summary>Tests what all methods have in common, and how their names and settings are parsed.</summary>
public sealed class ContextMethodsTests : DeviceTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => [.. ContextMethods.All.Select(method => method.Name)];

    [Fact]
    public void Names_are_distinct_and_summaries_say_how_memory_grows()
    {
        Assert.Distinct(ContextMethods.All.Select(method => method.Name));
        Assert.All(ContextMethods.All, method => Assert.Contains("memory", method.Summary, StringComparison.Ordinal));
        Assert.All(ContextMethods.All, method => Assert.Same(method, ContextMethods.Find(method.Name)));
    }

    [Theory, EveryDevice]
    public void All_methods_read_an_input_that_fits_as_plain_text(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open(name));
        ContextInput input = MethodCase.Input(60);
        foreach (CacheType type in Enum.GetValues<CacheType>())
        {
            var request = new ContextRequest(model, input) { NewTokens = 3, CacheType = type };
            using KvContext plain = new PlainMethod().Read(request);
            float[] read = plain.ReadLogits();
            plain.Append([1, 2, 3]);
            foreach (IContextMethod method in ContextMethods.All)
            {
                using KvContext context = method.Read(request);
                // In 16 bits a key may be rounded before or after its rotation.
                double tolerance = type == CacheType.Float32 ? Tolerance : 0.03;
                Expected.AssertAll(Expected.Within(read, tolerance), context.ReadLogits(), $"{method.Name}, {type}: logits");
                context.Append([1]);
                context.Append([2, 3]);
                Expected.AssertAll(
                    Expected.Within(plain.ReadLogits(), tolerance),
                    context.ReadLogits(),
                    $"{method.Name}, {type}: logits after new tokens");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_longer_input_is_read_continued_and_freed(string name)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        var progress = new List<double>();
        var request = new ContextRequest(model, MethodCase.Input(700)) { NewTokens = 4, Progress = progress.Add };
        using (KvContext context = ContextMethods.Find(name).Read(request))
        {
            Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
            Assert.InRange(context.Room, 4, int.MaxValue);
            foreach (int id in new[] { 1, 2, 3, 4 })
                context.Append([id]);
            Assert.All(context.ReadLogits(), logit => Assert.True(float.IsFinite(logit)));
        }

        Assert.Equal(progress.Order(), progress);
        Assert.Equal(1, progress[^1]);
        Assert.Equal(before, device.Memory.InUse);
    }

    [Theory, MemberData(nameof(Names))]
    public void Cancellation_frees_all_memory(string name)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        using var source = new CancellationTokenSource();
        source.Cancel();
        var request = new ContextRequest(model, MethodCase.Input(300)) { Cancellation = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(() => ContextMethods.Find(name).Read(request));
        Assert.Equal(before, device.Memory.InUse);
    }

    [Theory]
    [InlineData("magic", "magic")]
    [InlineData("magic:a=b", "magic")]
    [InlineData("", "not a method")]
    [InlineData("plain:window=3", "none")]
    [InlineData("streaming:", "streaming:setting=value")]
    [InlineData("streaming:window", "streaming:setting=value")]
    [InlineData("streaming:window=1,window=2", "once")]
    [InlineData("streaming:width=1", "sinks, window, block")]
    [InlineData("streaming:window=many", "a whole number")]
    [InlineData("streaming:window=1.5", "a whole number")]
    [InlineData("streaming:window=", "a whole number")]
    [InlineData("plain-yarn:factor=big", "a number")]
    [InlineData("streaming:window=99999999999", "a whole number")]
    [InlineData("homer:chunks=2", "chunk, target")]
    [InlineData("homer:pruning=1", "calibrated or attention or random")]
    [InlineData("homer-ntk:factors=2", "factor, chunk")]
    public void Unknown_methods_and_unreadable_settings_are_refused(string specification, string word) =>
        Refused.With(word, () => ContextMethods.Find(specification));

    [Theory]
    [InlineData("streaming:sinks=-1", "sinks")]
    [InlineData("streaming:window=0", "window")]
    [InlineData("streaming:window=20,block=21", "block")]
    [InlineData("streaming:window=2147483647", "counted")]
    [InlineData("h2o:heavy=-1", "heavy")]
    [InlineData("h2o:recent=0", "recent")]
    [InlineData("h2o:block=0", "block")]
    [InlineData("h2o:heavy=2147483647", "counted")]
    [InlineData("snapkv:observed=0", "observed")]
    [InlineData("snapkv:budget=20,observed=21", "budget of 20")]
    [InlineData("snapkv:pooling=2", "odd")]
    [InlineData("self-extend:window=0", "window")]
    [InlineData("self-extend:group=0", "group")]
    [InlineData("self-extend:window=128", "no room")]
    [InlineData("plain-ntk:factor=0.5", "factor")]
    [InlineData("homer-ntk:factor=0.5", "factor")]
    public void Settings_that_are_impossible_for_the_model_are_refused(string specification, string word)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        Refused.With(word, () => ContextMethods.Find(specification).Read(new(model, MethodCase.Input(300))));
        Assert.Equal(before, device.Memory.InUse);
    }

    [Fact]
    public void Settings_are_read_by_name_and_the_rest_stays()
    {
        var streaming = (StreamingMethod)ContextMethods.Find("streaming:window=300, block = 7");
        Assert.Equal(new StreamingOptions { Sinks = 4, Window = 300, Block = 7 }, streaming.Options);
        IContextMethod again = streaming.Configure(new Dictionary<string, string> { ["sinks"] = "2" });
        Assert.Equal(new StreamingOptions { Sinks = 2, Window = 300, Block = 7 }, ((StreamingMethod)again).Options);
        Assert.Equal(4, streaming.Options.Sinks);
    }

    [Theory]
    [InlineData("streaming")]
    [InlineData("h2o")]
    [InlineData("snapkv")]
    [InlineData("self-extend")]
    public void A_context_that_cannot_be_continued_from_a_file_is_not_written(string name)
    {
        using var folder = new TemporaryFolder();
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using KvContext context = ContextMethods.Find(name).Read(new(model, MethodCase.Input(300)));
        Refused.With(
            "another method",
            () => CacheFile.Write(folder["cache"], context, model, RopeScaling.None, new Dictionary<string, string>()));
        Assert.False(File.Exists(folder["cache"]));
    }
}
