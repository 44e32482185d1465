using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Truncation;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Truncation;

public sealed class TruncationMethodTests : DeviceTests
{
    // The window of the golden model.
    private const int Window = 128;

    [Fact]
    public void Only_the_end_of_the_document_is_read()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 300], Gen.Int[1, 8], Gen.Int[0, 20]).Sample(
            (prefix, length, suffix, newTokens) =>
            {
                var random = new Random(length);
                var input = new ContextInput(random.Below(prefix, 64), random.Below(length, 64), random.Below(suffix, 64));
                int taken = Math.Min(length, Window - prefix - suffix - newTokens);
                using KvContext context = new TruncationMethod().Read(new(model, input) { NewTokens = newTokens });
                int[] end = [.. input.Document.Skip(length - taken)];
                using KvContext expected = new PlainMethod().Read(new(model, input with { Document = end }));
                Assert.Equal(prefix + taken + suffix, context.Length);
                Assert.Equal(newTokens, context.Room);
                Assert.True(context.Length + context.Room <= Window);
                Assert.Equal(expected.ReadLogits(), context.ReadLogits());
            },
            iter: 20, threads: 1);
    }

    [Fact]
    public void A_given_scaling_lengthens_the_window()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var input = new ContextInput([1], new Random(1).Below(1000, 64), [2]);
        using KvContext context = new TruncationMethod().Read(new(model, input) { RopeScaling = RopeScaling.Create("yarn", 2, Window) });
        Assert.Equal(2 * Window, context.Length);
    }

    [Fact]
    public void A_question_longer_than_the_window_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var input = new ContextInput([1], [2], new int[100]);
        Refused.With("128", () => new TruncationMethod().Read(new(model, input) { NewTokens = 28 }));
        using KvContext context = new TruncationMethod().Read(new(model, input) { NewTokens = 27 });
        Assert.Equal(101, context.Length);
    }
}
