using System.Diagnostics;
using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>tokenizer.json files of the test's own: flags, time, threads and what is refused.</summary>
public sealed class TokenizerJsonTests
{
    private const string Bos =
        """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
        "special_tokens":{"<s>":{"id":"<s>","ids":[300],"tokens":["<s>"]}}}
        """;

    private static JsonObject Plain => TinyTokenizerJson.ByteLevel("t h", "th e", "a b");

    [Fact]
    public void Words_are_merged_by_rank_and_decoded()
    {
        ITokenizer tokenizer = Plain.Load();
        Assert.Equal([257, 32, 257, 'y', 32, 258], tokenizer.Encode("the they ab"));
        Assert.Equal("the they ab €", tokenizer.Decode(tokenizer.Encode("the they ab €")));
        Assert.Equal(("the", "Ġ"), (tokenizer.TokenText(257), tokenizer.TokenText(32)));
        Assert.Null(tokenizer.BeginOfSequence);
    }

    [Fact]
    public void Marks_are_text_in_documents_and_others_are_found()
    {
        ITokenizer tokenizer = Plain.Load(
            "added_tokens", """[{"id":259,"content":"<m>","special":true},{"id":260,"content":"<think>","special":false}]""");
        Assert.Equal(['<', 'm', '>', 260], tokenizer.Encode("<m><think>"));
        Assert.Equal([259, 260], tokenizer.Encode("<m><think>", new EncodeOptions(ParseSpecial: true)));
        var asText = new EncodeOptions { Marks = new HashSet<string> { "<think>" } };
        Assert.Equal(['<', 256, 'i', 'n', 'k', '>'], tokenizer.Encode("<think>", asText));
        Assert.Equal([259, 260], tokenizer.AddedIds.Order());
        Assert.Equal("<think>", tokenizer.Decode([259, 260]));
        Assert.Equal("<m><think>", tokenizer.Decode([259, 260], skipSpecial: false));
    }

    [Fact]
    public void The_template_says_what_begins_a_sequence()
    {
        ITokenizer tokenizer = Plain.Load("post_processor", Bos);
        Assert.Equal(300, tokenizer.BeginOfSequence);
        Assert.Equal([300, 'x'], tokenizer.Encode("x", beginOfSequence: true));
        Assert.Empty(tokenizer.Notes);
    }

    [Fact]
    public void A_configuration_that_contradicts_the_template_is_said()
    {
        JsonObject file = Plain;
        file["post_processor"] = TinyTokenizerJson.Parse(Bos);
        ITokenizer tokenizer = TinyTokenizerJson.Load(file.ToJsonString(), """{"add_bos_token":false,"eos_token":"the"}""");
        Assert.Contains("add_bos_token", Assert.Single(tokenizer.Notes), StringComparison.Ordinal);
        Assert.Equal((300, 257), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
    }

    [Fact]
    public void Lone_surrogates_and_noncharacters_pass()
    {
        ITokenizer tokenizer = Plain.Load("normalizer", """{"type":"NFC"}""");
        Assert.Equal("\ufffd", tokenizer.Decode(tokenizer.Encode("\ud800")));
        Assert.Equal("\ufffee\u0323\u0302"[..1] + "\u1ec7", tokenizer.Decode(tokenizer.Encode("\ufffee\u0323\u0302")));
    }

    [Theory]
    [InlineData("NFC", "e\u0301 \uac00\u11a8 \u212b", "\u00e9 \uac01 \u00c5")]
    [InlineData("NFD", "\u00e9\uac01", "e\u0301\u1100\u1161\u11a8")]
    [InlineData("NFKC", "\ufb01\u2460\u00c5", "fi1\u00c5")]
    [InlineData("NFKD", "\ufb01\u00c5", "fiA\u030a")]
    [InlineData("NFC", "a\u0315\u0300\u05ae\u0062", "\u00e0\u05ae\u0315b")]
    [InlineData("NFC", "\u0344\u0958", "\u0308\u0301\u0915\u093c")]
    public void Forms_of_Unicode_are_applied(string form, string text, string expected)
    {
        ITokenizer tokenizer = Plain.Load("normalizer", $$"""{"type":"{{form}}"}""");
        Assert.Equal(expected, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void A_megabyte_takes_less_than_seconds_also_as_one_word()
    {
        ITokenizer tokenizer = TinyTokenizerJson.Characters("ab c", "a b", "ab ab", "abab abab", "b a", "c c").Load();
        foreach (string text in (string[])
        [
            string.Concat(Enumerable.Repeat("ab", 500_000)), new('c', 1_000_000), string.Concat(Enumerable.Repeat("abc ", 250_000)),
            new('\u4e2d', 1_000_000),
        ])
        {
            var clock = Stopwatch.StartNew();
            int[] ids = tokenizer.Encode(text);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{text.Length} characters took {clock.Elapsed.TotalSeconds:F1} s.");
            Assert.Equal(text.Contains('\u4e2d', StringComparison.Ordinal) ? "" : text, tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Spaces_that_no_alternative_takes_take_linear_time()
    {
        ITokenizer tokenizer = Plain.Load(
            "pre_tokenizer",
            """
            {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+$"},"behavior":"Isolated"},
            {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}
            """);
        string text = new string(' ', 300_000) + "x";
        var clock = Stopwatch.StartNew();
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed.TotalSeconds:F1} s.");
    }

    [Fact]
    public void Only_whole_words_are_taken_past_the_merges()
    {
        JsonObject file = TinyTokenizerJson.Characters("abx", "a b");
        file["model"]!["vocab"]!["bab"] = 4;
        file["model"]!["ignore_merges"] = true;
        ITokenizer tokenizer = file.Load();
        Assert.Equal([4], tokenizer.Encode("bab"));
        // The word is cut before each x, and its parts are no words.
        string word = string.Concat(Enumerable.Repeat("xbab", 40));
        Assert.Equal(Enumerable.Repeat((int[])[2, 1, 3], 40).SelectMany(part => part), tokenizer.Encode(word));
        Assert.Equal([4], tokenizer.Encode("bab"));
    }

    [Fact]
    public void A_long_text_that_nothing_cuts_has_the_ids_of_its_parts()
    {
        ITokenizer tokenizer = TinyTokenizerJson.Characters("abc ", "a b", "ab ab", "abab c").Load();
        int[] part = tokenizer.Encode("ababc ab ");
        int[] whole = tokenizer.Encode(string.Concat(Enumerable.Repeat("ababc ab ", 40_000)));
        Assert.Equal(Enumerable.Repeat(part, 40_000).SelectMany(ids => ids), whole);
    }

    [Fact]
    public void Several_threads_give_the_ids_of_one()
    {
        ITokenizer tokenizer = Plain.Load();
        string word = "the they ab thab xyz 123 ";
        int[] one = tokenizer.Encode(word);
        int[] many = tokenizer.Encode(string.Concat(Enumerable.Repeat(word, 20_000)));
        Assert.Equal(20_000 * one.Length, many.Length);
        Assert.True(Enumerable.Range(0, 20_000).All(i => many.AsSpan(i * one.Length, one.Length).SequenceEqual(one)));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "no model")]
    [InlineData("""{"model":{"type":"Unigram"}}""", "'Unigram'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]}}""", "vocab is empty")]
    [InlineData("""{"model":{"type":"BPE","vocab":[],"merges":[]}}""", "not an object")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "'a'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "'a'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}""", "the same id, 0")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}}""", "'a'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}""", "lacks 'ab'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "something else than two tokens")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","b","c"]]}}""", "something else than two tokens")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":{}}}""", "not a list")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"<u>"}}""", "'<u>'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"byte_fallback":1}}""", "neither true nor false")]
    public void A_broken_file_is_refused_in_a_sentence(string content, string word) =>
        Refused.With(word, () => TinyTokenizerJson.Load(content));

    [Theory]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":""}""", "'Precompiled'")]
    [InlineData("normalizer", """{}""", "does not say its type")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"Regex":"("},"content":""}""", "'('")]
    [InlineData("pre_tokenizer", """{"type":"New"}""", "'New'")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Odd"}]}""", "pretokenizers[0]")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated"}""", "refers to a group")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\p{Nowhere}"},"behavior":"Isolated"}""", "'Nowhere'")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(?<=a+)b"},"behavior":"Isolated"}""", "looks behind")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":"a"},"behavior":"Odd"}""", "'Odd'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"ab"}""", "not a single character")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[],"special_tokens":{}}""", "0 times")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{}}""", "'x'")]
    [InlineData("decoder", """{"type":"CTC"}""", "'CTC'")]
    [InlineData("added_tokens", """[{"id":1}]""", "lacks content")]
    [InlineData("added_tokens", """{}""", "not a list")]
    public void A_part_that_Homer_does_not_know_is_named(string part, string json, string word) =>
        Refused.With(word, () => Plain.Load(part, json));

    [Fact]
    public void A_pattern_that_runs_for_ever_is_stopped()
    {
        ITokenizer tokenizer = Plain.Load(
            "pre_tokenizer", """{"type":"Split","pattern":{"Regex":"(?:a+)+(?:b)c"},"behavior":"Isolated"}""");
        Refused.With("more steps", () => tokenizer.Encode(new string('a', 40)));
    }

    [Fact]
    public void A_file_cut_short_is_refused()
    {
        string whole = Plain.ToJsonString();
        Assert.All(
            Enumerable.Range(0, whole.Length).Where(length => length % 97 == 0),
            length => Assert.Throws<HomerException>(() => TinyTokenizerJson.Load(whole[..length])));
    }
}
