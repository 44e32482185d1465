using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Run;
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
        ContextRequest request = new(model, MethodCase.Input(900)), prepared = homer.Prepare(request);
        Assert.Equal(new(method.Contains("ntk", StringComparison.Ordinal) ? RopeScalingType.Ntk : RopeScalingType.Yarn, factor, 128), prepared.Options.RopeScaling);
        Assert.Equal(chunk, prepared.Options.Resolve(model.Config).Chunk);
        Assert.Equal(prepared.Options, homer.Prepare(prepared).Options);
        using KvContext context = homer.Read(request), expected = HierarchicalMerging.Read(prepared);
        Assert.Equal(expected.ReadLogits(), context.ReadLogits());
        Assert.Equal(expected.Survivors.Tokens, context.Survivors.Tokens);
    }
}
