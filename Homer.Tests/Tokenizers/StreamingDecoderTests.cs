using System.Text;
using CsCheck;
using Homer.Engine.Tokenizers;

namespace Homer.Tests.Tokenizers;

public sealed class StreamingDecoderTests
{
    private const int Begin = 1;
    private const int End = 2;
    private const int FirstByte = 3;

    private static readonly ITokenizer Mini = TestTokenizers.HomerMini;

    [Fact]
    public void A_character_waits_for_its_last_byte() =>
        Assert.Equal(["", "", "", "🦙", "", "", "…", ""], Feed(0xF0, 0x9F, 0xA6, 0x99, 0xE2, 0x80, 0xA6));

    [Fact]
    public void Invalid_bytes_are_replaced_as_soon_as_they_are_known_to_be_invalid() =>
        Assert.Equal(["\uFFFD", "", "\uFFFDA", "", "", "\uFFFD", "\uFFFD\uFFFD", ""], Feed(0x80, 0xC3, 0x41, 0xF0, 0x9F, 0xC3, 0xFF));

    [Fact]
    public void An_unfinished_character_ends_with_the_text() => Assert.Equal(["", "", "\uFFFD"], Feed(0xE2, 0x96));

    [Fact]
    public void A_piece_ends_an_unfinished_character()
    {
        StreamingDecoder decoder = Mini.CreateDecoder();
        Assert.Equal("", decoder.Append(FirstByte + 0xE2));
        Assert.Equal("\uFFFD the", decoder.Append(Mini.Encode("the")[0]));
    }

    [Fact]
    public void Only_a_beginning_loses_its_space()
    {
        int[] ids = Mini.Encode("  the");
        Assert.Equal(["", " ", " the"], Feed(Mini.CreateDecoder(), ids)[..^1]);
        Assert.Equal([" ", " ", " the"], Feed(Mini.CreateDecoder(continues: true), ids)[..^1]);
        Assert.Equal(["", "", " ", " the"], Feed(Mini.CreateDecoder(), [Begin, .. ids])[..^1]);
    }

    [Fact]
    public void Ids_without_text_are_passed_over() =>
        Assert.Equal(["", "", "", "", ""], Feed(Mini.CreateDecoder(), [Begin, End, -1, Mini.VocabularySize]));

    [Fact]
    public void The_unknown_piece_shows() => Assert.Equal(" \u2047 ", Mini.CreateDecoder(continues: true).Append(0));

    [Fact]
    public void Any_ids_give_the_same_text_at_once_and_one_by_one()
    {
        Gen<int> ids = Gen.OneOf(Gen.Int[-1, Mini.VocabularySize], Gen.Int[FirstByte + 0x80, FirstByte + 0xFF]);
        ids.Array[0, 50].Sample(
            sequence =>
            {
                string[] parts = Feed(Mini.CreateDecoder(), sequence);
                Assert.All(parts, part => Assert.Equal(part, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part))));
                Assert.Equal(Mini.Decode(sequence), string.Concat(parts));
            },
            iter: 3000);
    }

    private static string[] Feed(params int[] bytes) => Feed(Mini.CreateDecoder(), [.. bytes.Select(value => FirstByte + value)]);

    private static string[] Feed(StreamingDecoder decoder, int[] ids) => [.. ids.Select(decoder.Append), decoder.Flush()];
}
