using System.Diagnostics;
using System.Text;
using Homer.Engine.Tokenizers;

namespace Homer.Tests.Tokenizers;

/// <summary>Texts of millions of characters: their memory, and stopping in the middle of them.</summary>
public sealed class LongTextTests
{
    // The list of ids while it doubles, and its copy, are 4 bytes a token each.
    private const int BytesPerToken = 24;

    [Fact]
    public void Encoding_takes_the_memory_of_the_ids_alone()
    {
        string text = Words(1_000_000);
        TestTokenizers.HomerMini.Encode(text[..1000]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int tokens = TestTokenizers.HomerMini.Encode(text).Length;
        Assert.InRange((double)(GC.GetAllocatedBytesForCurrentThread() - before) / tokens, 0, BytesPerToken);
    }

    [Fact]
    public void A_text_is_encoded_as_its_parts_are()
    {
        ITokenizer tokenizer = TestTokenizers.HomerMini;
        string[] parts = ["Mara hid the key", " in the mill.\n\n", "漢字 and \U0001F999\U0001F999", "   !!!!!", "\n# 40921"];
        int[] whole = tokenizer.Encode(string.Concat(parts));
        Assert.Equal(string.Concat(parts), tokenizer.Decode(whole));
        string many = string.Concat(Enumerable.Repeat(string.Concat(parts), 50));
        int[] ids = tokenizer.Encode(many);
        Assert.Equal(whole, ids[..whole.Length]);
        Assert.Equal(whole[^8..], ids[^8..]);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("spaces")]
    [InlineData("one letter")]
    public async Task Encoding_stops_within_a_quarter_of_a_second(string kind)
    {
        string text = kind switch
        {
            "words" => Words(100_000_000),
            "spaces" => new string(' ', 100_000_000),
            _ => new string('a', 100_000_000),
        };
        using var stop = new CancellationTokenSource();
        Task<int[]> encoding = Task.Run(() => TestTokenizers.HomerMini.Encode(text, false, stop.Token));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(encoding.IsCompleted);
        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoding);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 250);
    }

    private static string Words(int characters)
    {
        var random = new Random(1);
        var text = new StringBuilder(characters + 16);
        while (text.Length < characters)
        {
            for (int letters = random.Next(2, 9); letters > 0; letters--)
                text.Append((char)('a' + random.Next(26)));
            text.Append(random.Next(12) == 0 ? ".\n" : " ");
        }

        return text.ToString();
    }
}
