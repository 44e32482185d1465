using System.Text;
using CsCheck;
using Homer.Engine.Tokenizers;

namespace Homer.Tests.Tokenizers;

public sealed class RoundTripTests
{
    /// <summary>Random Unicode texts without U+2581, which SentencePiece takes for a space; difficult characters are frequent.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.OneOf(" ", "  ", "\n", "\r\n", "\t", "\0", "a", " the", "<s>", "</s>", "<0x0A>"),
            Gen.OneOf("é", "\u0301", "漢", "🦙", "👩‍👩‍👧", "\uFFFD", "\uFEFF"),
            Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Select(value => new Rune(value).ToString()))
        .List[0, 40].Select(string.Concat).Where(text => !text.Contains('\u2581'));

    [Fact]
    public void Homer_mini_gives_every_text_back() => Check(TestTokenizers.HomerMini);

    [Fact]
    public void Llama_2_gives_every_text_back() => Check(TestTokenizers.Llama2);

    [Fact]
    public void Lone_surrogates_and_the_space_mark_are_replaced()
    {
        // Not a theory, because an attribute cannot hold lone surrogates.
        Check("\uD800", "\uFFFD");
        Check("a\uDC00 b", "a\uFFFD b");
        Check("\uDC00\uD800", "\uFFFD\uFFFD");
        Check("a\u2581b", "a b");

        static void Check(string text, string expected)
        {
            int[] ids = TestTokenizers.HomerMini.Encode(text);
            Assert.Equal(TestTokenizers.HomerMini.Encode(expected), ids);
            Assert.Equal(expected, TestTokenizers.HomerMini.Decode(ids));
        }
    }

    [Fact]
    public void An_empty_text_has_no_ids()
    {
        Assert.Empty(TestTokenizers.HomerMini.Encode(""));
        Assert.Equal([1], TestTokenizers.HomerMini.Encode("", beginOfSequence: true));
        Assert.Equal("", TestTokenizers.HomerMini.Decode([]));
    }

    private static void Check(ITokenizer tokenizer) => Texts.Sample(
        text =>
        {
            int[] ids = tokenizer.Encode(text, beginOfSequence: true);
            Assert.Equal(tokenizer.BeginOfSequence, ids[0]);
            Assert.All(ids[1..], id => Assert.InRange(id, 3, tokenizer.VocabularySize - 1));
            Assert.Equal(text, tokenizer.Decode(ids));
        },
        iter: 3000);
}
