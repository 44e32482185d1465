using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Streaming;
using Homer.Tests.Support;

namespace Homer.Tests.Methods;

public sealed class MethodChoiceTests
{
    [Fact]
    public void Settings_override_the_options_of_merging()
    {
        HomerOptions below = HomerOptions.Best with { Chunk = 50, Pooling = 3 };
        Assert.Equal(below, Over("homer", below));
        Assert.Equal(below with { Chunk = 99, RereadSuffix = false }, Over("homer:chunk=99,reread=false", below));
        Assert.Equal(below with { Chunk = 99 }, Over("homer-ntk:factor=4,chunk=99", below));
        Assert.Equal(below with { Target = 70 }, Over("independent:target=70", below));
        Assert.Equal(HomerOptions.Paper with { Chunk = 99 }, ((HomerMethod)MethodChoice.Parse("homer:chunk=99").Configured).Options);
    }

    [Fact]
    public void Options_of_merging_do_not_change_other_methods()
    {
        Assert.Same(ContextMethods.Find("plain"), MethodChoice.Parse("plain").Over(HomerOptions.Best));
        IContextMethod streaming = MethodChoice.Parse("streaming:window=300").Over(HomerOptions.Best);
        Assert.Equal(new StreamingOptions { Window = 300 }, ((StreamingMethod)streaming).Options);
    }

    [Fact]
    public void Settings_are_trimmed_and_kept_as_they_were_given()
    {
        MethodChoice choice = MethodChoice.Parse("streaming:window=300, block = 7");
        Assert.Same(ContextMethods.Find("streaming"), choice.Method);
        Assert.Equal(new Dictionary<string, string> { ["window"] = "300", ["block"] = "7" }, choice.Settings);
    }

    [Theory]
    [InlineData("streaming:width=1", "sinks, window, block")]
    [InlineData("plain:window=3", "none")]
    [InlineData("homer:chunks=2", "chunk, target")]
    [InlineData("homer-ntk:factors=2", "factor, chunk")]
    public void Unknown_settings_are_refused(string specification, string word)
    {
        MethodChoice choice = MethodChoice.Parse(specification);
        Refused.With(word, () => _ = choice.Configured);
        Refused.With(word, () => choice.Over(HomerOptions.Best));
    }

    [Fact]
    public void Enums_are_given_by_name_in_any_case()
    {
        Assert.Equal(Pruning.Random, Over("homer:pruning=random", HomerOptions.Best).Pruning);
        Assert.Equal(Refinement.None, Over("homer:refinement=None", HomerOptions.Best).Refinement);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("dice")]
    [InlineData("random+attention")]
    public void Enums_are_refused_unless_given_by_name(string value) =>
        Refused.With("calibrated or attention or random", () => MethodChoice.Parse($"homer:pruning={value}").Over(HomerOptions.Best));

    private static HomerOptions Over(string specification, HomerOptions options) =>
        ((HomerMethod)MethodChoice.Parse(specification).Over(options)).Options;
}
