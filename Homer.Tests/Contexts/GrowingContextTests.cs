using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Contexts;

public sealed class GrowingContextTests : DeviceTests
{
    [Fact]
    public void Random_continuations_give_the_logits_of_a_fresh_reading()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        // Each text keeps the beginning of the one before, goes on differently, and is then continued.
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 30], Gen.Int[0, 3]).Array[1, 8].Sample(
            steps =>
            {
                using var growing = new GrowingContext(model);
                int[] text = [];
                var random = new Random(steps.Length);
                foreach ((int kept, int more, int generated) in steps)
                {
                    text = [.. text.Take(kept), .. random.Below(more, 64)];
                    KvContext context = growing.Read(text, newTokens: 3, null, CancellationToken.None);
                    using (KvContext afresh = new PlainMethod().Read(new(model, new([], [], text))))
                    {
                        Expected.AssertAll(
                            Expected.Within(afresh.ReadLogits(), 1e-4),
                            context.ReadLogits(),
                            $"logits after {text.Length} tokens");
                    }

                    Assert.Equal(text.Length, context.NextPosition);
                    int[] answer = random.Below(generated, 64);
                    if (answer.Length > 0)
                        context.Append(answer);
                    growing.Appended(answer);
                    text = [.. text, .. answer];
                }
            },
            iter: 30, threads: 1);
    }

    [Fact]
    public void Tokens_that_were_read_are_not_read_again()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using var growing = new GrowingContext(model);
        var shares = new List<double>();
        int[] text = new Random(1).Below(40, 64);
        KvContext first = growing.Read(text[..30], 3, null, CancellationToken.None);
        KvContext second = growing.Read(text, 3, shares.Add, CancellationToken.None);
        Assert.Same(first, second);
        Assert.Equal([1.0], shares);
        Assert.NotSame(first, growing.Read([.. text, .. text], 3, null, CancellationToken.None));
    }

    [Fact]
    public void A_canceled_reading_starts_afresh()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using var growing = new GrowingContext(model);
        int[] text = new Random(1).Below(40, 64);
        growing.Read(text[..20], 3, null, CancellationToken.None);
        Assert.Throws<OperationCanceledException>(() => growing.Read(text, 3, null, new CancellationToken(canceled: true)));
        using KvContext afresh = new PlainMethod().Read(new(model, new([], [], text)));
        Assert.Equal(afresh.ReadLogits(), growing.Read(text, 3, null, CancellationToken.None).ReadLogits());
    }
}
