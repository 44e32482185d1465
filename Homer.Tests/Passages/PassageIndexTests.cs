using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;

namespace Homer.Tests.Passages;

/// <summary>Quotes stand where they say: by bytes, by lines and by tokens, whatever the text and the tokenizer.</summary>
public sealed partial class PassageIndexTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.OneOf(" ", "  ", "\n", "\r\n", "\r", "\n\n", "\t", ". ", "! ", "a", " the", "the", "12", "<s>", "<0x0A>"),
            Gen.OneOf("é", "e\u0301", "漢。", "🦙", "👩‍👩‍👧", "\uFFFD", "\uFEFF", "ß", "Ünder "),
            Gen.Int[0x20, 0x10FFFF].Where(Rune.IsValid).Select(value => new Rune(value).ToString()))
        .List[0, 60].Select(string.Concat).Where(text => !text.Contains('\u2581'));

    private static readonly ITokenizer ByteLevel = TinyTokenizerJson.ByteLevel("t h", "th e", "Ġ the", "1 2", "ð Ł").Load();

    [Fact]
    public void Quotes_and_tokens_of_a_byte_level_tokenizer_stand_where_they_say() => Check(ByteLevel, 2000, ByteLengths(ByteLevel));

    [Fact]
    public void Quotes_and_tokens_of_homer_mini_stand_where_they_say() =>
        Check(TestTokenizers.HomerMini, 2000, FallbackLengths(TestTokenizers.HomerMini));

    [Fact]
    public void Quotes_and_tokens_of_Llama_2_stand_where_they_say() =>
        Check(TestTokenizers.Llama2, 300, FallbackLengths(TestTokenizers.Llama2));

    [Fact]
    public void Quotes_of_every_tokenizer_at_hand_stand_where_they_say()
    {
        string folder = SharedData.Require("tokenizers/hf");
        foreach (string one in Directory.GetDirectories(folder).Where(one => File.Exists(Path.Combine(one, "tokenizer.json"))))
            Check(TokenizerLoader.Load(one), 20, null);
    }

    [Fact]
    public void A_text_that_a_normalizer_changes_is_found_again()
    {
        var file = TinyTokenizerJson.ByteLevel("t h", "th e");
        file["normalizer"] = TinyTokenizerJson.Parse("""{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"}]}""");
        ITokenizer tokenizer = TinyTokenizerJson.Load(file.ToJsonString());
        const string Text = "The ﬁrst Ländle Ｗide. Then THE ½ end. At last the ﬂute.";
        int[] ids = tokenizer.Encode(Text);
        var places = TokenPlaces.Of(tokenizer, ids, Text);
        int flute = Text.LastIndexOf("ute", StringComparison.Ordinal);
        int[] starts = [.. Enumerable.Range(0, ids.Length).Select(places.StartOf)];
        Assert.Equal(starts.Order(), starts);
        Assert.Contains(flute, starts);
        Assert.Contains(Text.IndexOf("Then THE", StringComparison.Ordinal), starts);
    }

    [Fact]
    public void A_long_text_is_followed_in_linear_time()
    {
        string text = string.Concat(Enumerable.Repeat("It rained. ÀÉ 🦙 the end\r\n", 40_000));
        var document = new TextDocument("a", text, ByteLevel.Encode(text));
        var scores = new float[document.Ids.Count];
        scores[^1] = 1;
        Passage last = new PassageIndex(document, ByteLevel).ByHighest(scores, 1)[0];
        Assert.Equal(40_000, last.Line);
        Assert.Equal(Encoding.UTF8.GetByteCount(text) - 2, last.End);
    }

    [Fact]
    public void Passages_are_ranked_by_the_highest_score_or_the_sum()
    {
        const string Text = "One was here. Two is much longer than it. Three.";
        var document = new TextDocument("a", Text, ByteLevel.Encode(Text));
        var index = new PassageIndex(document, ByteLevel);
        var places = TokenPlaces.Of(ByteLevel, document.Ids, Text);
        float[] scores =
            [.. Enumerable.Range(0, places.Count).Select(token => places.StartOf(token) switch { < 14 => 0.5f, 43 => 3, _ => 1 })];
        Assert.Equal(["Three.", "Two is much longer than it.", "One was here."], index.ByHighest(scores, 5).Select(one => one.Text));
        Assert.Equal(["Three."], index.ByHighest(scores, 5, 2).Select(one => one.Text));
        Assert.Equal(["Two is much longer than it.", "Three."], index.BySum(scores, 2).Select(one => one.Text));
    }

    /// <summary>Fails unless quotes are copies and tokens begin at the character of their first byte.</summary>
    private static void Check(ITokenizer tokenizer, long count, Func<int[], int[]>? lengths) => Texts.Sample(
        text =>
        {
            int[] ids = tokenizer.Encode(text);
            var document = new TextDocument("file", text, ids);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            float[] scores = [.. ids.Select((_, i) => (float)(i * 7 % 11))];
            foreach (Passage passage in new PassageIndex(document, tokenizer).ByHighest(scores, int.MaxValue))
            {
                Assert.Equal(passage.Text, Encoding.UTF8.GetString(bytes[(int)passage.Start..(int)passage.End]));
                string before = Encoding.UTF8.GetString(bytes[..(int)passage.Start]);
                Assert.Equal(1 + Breaks().Count(before), passage.Line);
            }

            var places = TokenPlaces.Of(tokenizer, ids, text);
            int[] starts = [.. Enumerable.Range(0, ids.Length).Select(places.StartOf)];
            Assert.Equal(starts.Order(), starts);
            if (lengths is null)
                return;
            int place = 0;
            foreach ((int token, int length) in lengths(ids).Index())
            {
                Assert.Equal(CharacterOf(text, place), starts[token]);
                place += length;
            }
        },
        iter: count);

    private static int CharacterOf(string text, int place)
    {
        int character = 0, bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > place)
                break;
            bytes += rune.Utf8SequenceLength;
            character += rune.Utf16SequenceLength;
        }

        return character;
    }

    // A character of a byte-level token is a byte.
    private static Func<int[], int[]> ByteLengths(ITokenizer tokenizer) => ids => [.. ids.Select(id => tokenizer.TokenText(id)!.Length)];

    private static Func<int[], int[]> FallbackLengths(ITokenizer tokenizer) => ids =>
    [
        .. ids.Select((id, i) =>
        {
            string name = tokenizer.TokenText(id)!;
            int length = SentencePieceModel.TryParseByte(name, out _) ? 1 : Encoding.UTF8.GetByteCount(name.Replace('\u2581', ' '));
            // The space that encoding puts in front is not of the text.
            return i == 0 ? length - 1 : length;
        }),
    ];

    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex Breaks();
}
