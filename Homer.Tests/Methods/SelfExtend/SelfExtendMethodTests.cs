using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.SelfExtend;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Tests.Contexts;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.SelfExtend;

public sealed class SelfExtendMethodTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Near_tokens_are_seen_at_exact_positions_and_far_ones_at_those_of_groups(string name)
    {
        Open(name);
        foreach ((int window, int group, int length) in new[] { (16, 4, 90), (1, 3, 30), (10, 7, 8), (7, 100, 40), (5, 1, 40) })
        {
            MethodCase.AssertReads(
                name,
                new SelfExtendMethod(new() { Window = window, Group = group }),
                MethodCase.Input(length),
                9,
                _ => new GroupedCache(window, group));
        }
    }

    [Fact]
    public void Groups_of_one_are_plain_text()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(1100));
        using KvContext plain = new PlainMethod().Read(request);
        using KvContext grouped = new SelfExtendMethod(new() { Group = 1, Window = 40 }).Read(request);
        Expected.AssertAll(Expected.Within(plain.ReadLogits(), 2e-4), grouped.ReadLogits(), "logits");
    }

    [Theory]
    [InlineData(128, 1)]
    [InlineData(129, 2)]
    [InlineData(224, 2)]
    [InlineData(1000, 10)]
    [InlineData(100_000, 1000)]
    public void Groups_are_as_small_as_the_window_allows(int length, int most)
    {
        ModelConfig config = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));
        ResolvedSelfExtendOptions options = new SelfExtendOptions().Resolve(config, RopeScaling.None, length, 512);
        Assert.Equal(32, options.Window);
        Assert.InRange(options.Group, 1, most * 2);
        Assert.True(Farthest(options.Group) < config.Window, $"groups of {options.Group} reach {Farthest(options.Group)}");
        Assert.True(
            options.Group == 1 || Farthest(options.Group - 1) >= config.Window,
            $"groups of {options.Group} are larger than needed");

        int Farthest(int group) => (length - 1) / group + 32 - (32 / group);
    }

    [Fact]
    public void YaRN_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(20)) { RopeScaling = RopeScaling.Create("yarn", 2, 128) };
        Refused.With("YaRN", () => new SelfExtendMethod().Read(request));
    }

    [Theory]
    [InlineData(CacheType.Float32)]
    [InlineData(CacheType.Float16)]
    public void The_policy_allocates_the_bytes_that_it_forecasts(CacheType type)
    {
        var options = new ResolvedSelfExtendOptions(16, 4, 30, 45);
        MethodCase.AssertAllocates(
            Open("cpu"),
            config => GroupedPolicy.BytesFor(config, options, type),
            (model, rope) => new GroupedPolicy(model, rope, options, type));
    }

    private sealed class GroupedCache(int window, int group) : ReferenceCache
    {
        public override IEnumerable<Seen> Visible(int layer, int head, int token) => Enumerable.Range(0, token + 1).Select(
            j => token - j < window ? new Seen(j, j, token) : new Seen(j, j / group, (token / group) + window - (window / group)));
    }
}
