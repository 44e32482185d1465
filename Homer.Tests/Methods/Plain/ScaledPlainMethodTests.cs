using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Plain;

public sealed class ScaledPlainMethodTests : DeviceTests
{
    // The window of the golden model.
    private const int Window = 128;

    [Theory]
    [InlineData(RopeScalingType.Linear, 128, 1)]
    [InlineData(RopeScalingType.Linear, 129, 2)]
    [InlineData(RopeScalingType.Ntk, 256, 2)]
    [InlineData(RopeScalingType.Yarn, 257, 4)]
    [InlineData(RopeScalingType.Yarn, 900, 8)]
    [InlineData(RopeScalingType.Dynamic, 900, 1)]
    public void The_scaled_window_covers_the_input(RopeScalingType type, int length, double factor)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(length - 10)) { NewTokens = 10 };
        RopeScaling scaling = length <= Window ? RopeScaling.None : new(type, factor, Window);
        using KvContext context = new ScaledPlainMethod(type).Read(request);
        using KvContext expected = new PlainMethod().Read(request with { RopeScaling = scaling });
        Assert.Equal(expected.ReadLogits(), context.ReadLogits());
    }

    [Fact]
    public void A_given_factor_or_scaling_is_used()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var asked = new ContextRequest(model, MethodCase.Input(300)) { RopeScaling = RopeScaling.Create("yarn", 16, Window) };
        using KvContext expected = new PlainMethod().Read(asked);
        foreach (KvContext context in new[]
        {
            new ScaledPlainMethod(RopeScalingType.Yarn).Read(asked),
            ContextMethods.Find("plain-yarn:factor=16").Read(asked),
            ContextMethods.Find("plain-yarn:factor=16").Read(asked with { RopeScaling = null }),
        })
        {
            Assert.Equal(expected.ReadLogits(), context.ReadLogits());
            context.Dispose();
        }
    }

    [Theory]
    [InlineData("plain-linear")]
    [InlineData("plain-yarn:factor=4")]
    [InlineData("homer-ntk")]
    [InlineData("homer-yarn:factor=4")]
    public void Two_scalings_are_refused(string method)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(300)) { RopeScaling = RopeScaling.Create("yarn", 2, Window) };
        Refused.With("leave one", () => ContextMethods.Find(method).Read(request));
    }

    [Fact]
    public void A_model_whose_positions_are_scaled_is_not_scaled_twice()
    {
        using CopiedModel folder = new CopiedModel().Patch(
            """{"rope_scaling":{"rope_type":"llama3","factor":8,"original_max_position_embeddings":16}}""");
        using var model = TransformerModel.Load(folder.Save(), Open("cpu"));
        foreach (string method in new[] { "plain-ntk", "homer-ntk" })
        {
            Refused.With("already", () => ContextMethods.Find(method).Read(new(model, MethodCase.Input(300))));
            using KvContext fits = ContextMethods.Find(method).Read(new(model, MethodCase.Input(60)));
            using KvContext plain = new PlainMethod().Read(new(model, MethodCase.Input(60)));
            Expected.AssertAll(Expected.Within(plain.ReadLogits(), 1e-4), fits.ReadLogits(), method);
        }
    }
}
