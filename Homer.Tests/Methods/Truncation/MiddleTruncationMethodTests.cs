using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Truncation;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Truncation;

public sealed class MiddleTruncationMethodTests : DeviceTests
{
    // The window of the golden model.
    private const int Window = 128;

    [Fact]
    public void Both_ends_of_the_document_are_read()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 300], Gen.Int[1, 8], Gen.Int[0, 20]).Sample(
            (prefix, length, suffix, newTokens) =>
            {
                var random = new Random(length);
                var input = new ContextInput(random.Below(prefix, 64), random.Below(length, 64), random.Below(suffix, 64));
                int left = Math.Max(0, length - (Window - prefix - suffix - newTokens)), start = (length - left + 1) / 2;
                int[] ends = [.. input.Document.Where((_, i) => i < start || i >= start + left)];
                using KvContext context = new MiddleTruncationMethod().Read(new(model, input) { NewTokens = newTokens });
                using KvContext expected = new PlainMethod().Read(new(model, input with { Document = ends }));
                Assert.Equal((prefix + ends.Length + suffix, newTokens), (context.Length, context.Room));
                Assert.True(context.Length + context.Room <= Window);
                Assert.Equal(expected.ReadLogits(), context.ReadLogits());
            },
            iter: 20, threads: 1);
    }

    [Fact]
    public void A_question_longer_than_the_window_is_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Refused.With("128", () => new MiddleTruncationMethod().Read(new(model, new([1], [2], new int[100])) { NewTokens = 28 }));
    }
}
