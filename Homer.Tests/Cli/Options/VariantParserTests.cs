using Homer.Cli.Options;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.SnapKv;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Tests.Evaluation;
using Homer.Tests.Support;

namespace Homer.Tests.Cli.Options;

public sealed class VariantParserTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    [Fact]
    public void Settings_are_those_of_the_command_line()
    {
        Assert.Equal(HomerOptions.Best, Options("homer"));
        Assert.Equal(HomerOptions.Best, Options("homer:best"));
        Assert.Equal(HomerOptions.Paper, Options("homer:paper"));
        Assert.Equal(HomerOptions.Instruct with { Warmup = 18 }, Options("homer:instruct,warmup=18"));
        Assert.Equal(HomerOptions.Best with { Pooling = 1 }, Options("homer:best,pooling=1"));
        Assert.Equal(
            HomerOptions.Paper with { Accumulate = true, Chunk = 128, Warmup = 2 },
            Options("homer:paper,accumulate,chunk=128,warmup=2"));
        Assert.Equal(
            HomerOptions.Best with { RereadSuffix = false, Pruning = Pruning.Random, Seed = 3 },
            Options("homer:reread=false,pruning=random,seed=3"));
        Assert.Equal(new(RopeScalingType.Yarn, 4, 512), Parse("plain:rope-scaling=yarn,rope-factor=4").RopeScaling);
    }

    [Fact]
    public void The_name_is_what_was_written_and_the_method_what_comes_first()
    {
        Assert.Equal("homer:paper,pooling=5", Parse("homer:paper,pooling=5").Name);
        Assert.All(
            ContextMethods.All,
            method =>
            {
                IContextMethod parsed = Parse(method.Name).Method;
                Assert.Equal((method.Name, method.GetType()), (parsed.Name, parsed.GetType()));
            });
    }

    [Fact]
    public void Settings_of_the_method_itself_may_be_among_them()
    {
        Variant variant = Parse("snapkv:budget=100,cache-type=f16,pooling=3");
        Assert.Equal(new SnapKvOptions { Budget = 100, Pooling = 3 }, ((SnapKvMethod)variant.Method).Options);
        Assert.Equal(CacheType.Float16, variant.CacheType);
        Assert.Equal(HomerOptions.Best with { Chunk = 99 }, Options("homer-ntk:factor=4,chunk=99"));
    }

    [Fact]
    public void The_calibration_table_is_the_models_another_or_none()
    {
        Assert.Same(mini.Engine.Calibration, Calibration("homer:paper"));
        Assert.Null(Calibration("homer:bias=none"));
        CalibrationTable? other = Calibration($"homer:bias={Path.Combine(RepositoryFiles.HomerMini, CalibrationTable.FileName)}");
        Assert.NotSame(mini.Engine.Calibration, other);
        Assert.Equal(mini.Engine.Calibration!.MeanLogits, other!.MeanLogits);
    }

    [Theory]
    [InlineData("", "method")]
    [InlineData("magic", "magic")]
    [InlineData("homer:", "setting")]
    [InlineData("homer:paper,,reread", "setting")]
    [InlineData("homer:pooling=", "setting")]
    [InlineData("homer:=5", "setting")]
    [InlineData("homer:pooling=wide", "wide")]
    [InlineData("homer:pulling=5", "pulling")]
    [InlineData("homer:pruning=dice", "dice")]
    [InlineData("homer:chunk", "chunk")]
    [InlineData("homer:paper=5", "paper")]
    [InlineData("homer:paper,best", "preset")]
    [InlineData("homer:chunk=1,chunk=2", "chunk")]
    [InlineData("streaming:window=wide", "wide")]
    [InlineData("streaming:window=1,window=2", "once")]
    [InlineData("streaming:width=1", "width")]
    public void Unknown_settings_and_unreadable_values_are_refused(string text, string word) =>
        Refused.With(word, () => new VariantParser().Parse(text));

    [Fact]
    public void A_variant_is_named_once() => Refused.With("twice", () => new VariantParser().ParseAll(["homer", "plain", "homer"]));

    private Variant Parse(string text) => new VariantParser().Parse(text)(mini.Engine);

    private HomerOptions Options(string text) => ((HomerMethod)Parse(text).Method).Options;

    private CalibrationTable? Calibration(string text) => ((HomerMethod)Parse(text).Method).Calibration;
}
