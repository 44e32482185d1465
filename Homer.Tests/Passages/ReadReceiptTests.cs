using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Models;
using Homer.Engine.Passages;
using Homer.Tests.Golden;
using Homer.Tests.Methods;
using Homer.Tests.Support;

namespace Homer.Tests.Passages;

/// <summary>Every method accounts for every token of a document.</summary>
public sealed class ReadReceiptTests : DeviceTests
{
    // What is read once stays in these caches as it is, so that their length says what was read.
    private static readonly string[] WithPlainCaches =
        ["plain", "plain-ntk", "plain-yarn", "self-extend", "truncate", "truncate-middle", "streaming"];

    public static TheoryData<string> Names => [.. ContextMethods.All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Found_tokens_were_read_or_passed_over(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        foreach (int length in new[] { 60, 124, 128, 129, 300, 700 })
        {
            var request = new ContextRequest(model, MethodCase.Input(length)) { NewTokens = 4 };
            IContextMethod method = ContextMethods.Find(name);
            int tokens = request.Input.Document.Count, first = tokens / 3;
            IReadOnlyList<ReadReceipt> receipts = ReadReceipt.Of(method, request, [("a", first), ("b", tokens - first)]);
            Assert.Equal([first, tokens - first], receipts.Select(one => one.Found));
            Assert.All(receipts, one => Assert.Equal(one.Found, one.Read + one.PassedOver));
            Assert.All(receipts, one => Assert.InRange(one.PassedOver, 0, one.Found));
            using KvContext context = method.Read(request);
            if (WithPlainCaches.Contains(name))
                Assert.Equal(length - context.Length, receipts.Sum(one => one.PassedOver));
            bool cuts = name is "truncate" or "truncate-middle" or "streaming";
            Assert.Equal(cuts && length > 128, receipts.Sum(one => one.PassedOver) > 0 && length > 128);
        }
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("truncate-middle")]
    public void What_is_passed_over_makes_no_difference(string name)
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(300)) { NewTokens = 4 };
        IContextMethod method = ContextMethods.Find(name);
        Range left = Assert.Single(method.PassedOver(request));
        int[] document = [.. request.Input.Document], other = [.. document];
        other.AsSpan(left).Fill(7);
        using KvContext one = method.Read(request), two = method.Read(request with { Input = request.Input with { Document = other } });
        Assert.Equal(one.ReadLogits(), two.ReadLogits());
        int[] edges = [left.Start.Value - 1, left.End.Value];
        foreach (int edge in edges.Where(edge => edge >= 0))
        {
            int[] changed = [.. document];
            changed[edge] ^= 1;
            using KvContext three = method.Read(request with { Input = request.Input with { Document = changed } });
            Assert.NotEqual(one.ReadLogits(), three.ReadLogits());
        }
    }
}
