using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Contexts;

/// <summary>
/// Scalings that depend on the length of a text take the length that is read: room for new tokens, and the way in which a text came
/// into a cache, change nothing.
/// </summary>
public sealed class LengthScalingTests : DeviceTests
{
    private const string Dynamic = """{"rope_scaling":{"type":"dynamic","factor":2},"max_position_embeddings":32}""";

    private const string LongRope = """
        {"rope_scaling":{"type":"longrope","short_factor":[1,1,1,1],"long_factor":[1,2,3,4],"attention_factor":1},
        "original_max_position_embeddings":32}
        """;

    [Theory]
    [InlineData(Dynamic, "plain", 24)]
    [InlineData(Dynamic, "plain", 60)]
    [InlineData(Dynamic, "homer", 60)]
    [InlineData(Dynamic, "streaming", 60)]
    [InlineData(Dynamic, "snapkv", 60)]
    [InlineData(LongRope, "plain", 24)]
    [InlineData(LongRope, "plain", 60)]
    [InlineData(LongRope, "homer", 200)]
    public void Room_for_new_tokens_changes_no_logit(string config, string method, int length)
    {
        using CopiedModel copy = new CopiedModel().Patch(config);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        var input = new ContextInput([1], Text(length), [7, 8]);
        Assert.Equal(Read(8), Read(800));

        float[] Read(int newTokens)
        {
            using KvContext context = ContextMethods.Find(method).Read(new(model, input) { NewTokens = newTokens });
            return context.ReadLogits();
        }
    }

    [Theory]
    [InlineData(Dynamic)]
    [InlineData(LongRope)]
    public void The_length_that_is_read_decides(string config)
    {
        using CopiedModel copy = new CopiedModel().Patch(config);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        Assert.NotEqual(Logits(model, RopeScaling.None, 60), Logits(model, model.Config.RopeScaling, 60));
        Assert.Equal(Logits(model, RopeScaling.None, 24), Logits(model, model.Config.RopeScaling, 24));
    }

    [Theory]
    [InlineData(Dynamic)]
    [InlineData(LongRope)]
    public void A_text_that_grew_over_the_window_is_as_if_read_at_once(string config)
    {
        using CopiedModel copy = new CopiedModel().Patch(config);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        using var growing = new GrowingContext(model);
        growing.Read(Text(24), 16, null, default);
        float[] grown = growing.Read(Text(60), 16, null, default).ReadLogits();
        Assert.Equal(Logits(model, model.Config.RopeScaling, 60), grown);
    }

    [Fact]
    public void A_length_that_is_given_counts_for_all_steps()
    {
        using CopiedModel copy = new CopiedModel().Patch(Dynamic);
        using var model = TransformerModel.Load(copy.Save(), Open("cpu"));
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, 80, textLength: 60);
        foreach (int id in Text(60))
            context.Append([id]);
        float[] expected = Logits(model, model.Config.RopeScaling, 60), actual = context.ReadLogits();
        Assert.All(expected.Index(), logit => Assert.Equal(logit.Item, actual[logit.Index], 1e-4f));
    }

    private static float[] Logits(TransformerModel model, RopeScaling scaling, int length)
    {
        using KvContext context = KvContext.Create(model, scaling, length + 3);
        context.Append(Text(length));
        return context.ReadLogits();
    }

    private static int[] Text(int length) => [.. Enumerable.Range(0, length).Select(i => 3 + (i * 7 % 60))];
}
