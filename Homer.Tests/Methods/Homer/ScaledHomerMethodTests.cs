using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

public sealed class ScaledHomerMethodTests : DeviceTests
{
    [Theory]
    [InlineData("homer-ntk", 2, 128)]
    [InlineData("homer-yarn", 2, 128)]
    [InlineData("homer-yarn:factor=4", 4, 256)]
    public void Chunks_grow_with_the_scaled_window(string method, double factor, int chunk)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var homer = (HomerMethod)ContextMethods.Find(method);
        var request = new ContextRequest(model, MethodCase.Input(900));
        HomerReading reading = homer.PlanMerging(request);
        RopeScalingType type = method.Contains("ntk", StringComparison.Ordinal) ? RopeScalingType.Ntk : RopeScalingType.Yarn;
        Assert.Equal(new(type, factor, 128), reading.Request.RopeScaling);
        Assert.Equal(chunk, reading.Options.Chunk);
        Assert.Equal(reading.Request, homer.PlanMerging(reading.Request).Request);
        using KvContext context = homer.Read(request), expected = new HomerMethod().Read(reading.Request);
        Assert.Equal(expected.ReadLogits(), context.ReadLogits());
        Assert.Equal(expected.Survivors.Tokens, context.Survivors.Tokens);
    }
}
