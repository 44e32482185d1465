using System.Text;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Documents that are read in blocks have the ids of the whole, wherever blocks end.</summary>
public sealed class DocumentEncodingTests
{
    private const string Words =
        @"[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private const string Sentence = "The keeper of the mill said: \"It's 1,234 o'clock.\"\r\n\r\n漢字かな 😀 \u0301";

    private static readonly string[] Parts =
    [
        "a", "b", "ab", "abc", "word", "Word's", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "1", "123456", "é", "e\u0301", "\u0301", "ß",
        "İ", "ﬁ", "が",
        "\u304b\u3099", "漢字", "中", "한", "\u1112\u1161\u11ab", "😀",
        "👩‍👩‍👧", "\ud83d", "\ude00", "!", "?!...", "'s", "'", "_", "\u2581", "\u00a0", "\u200d",
        "<b>", "<i>", "<b", "b>", "<b><i>", "</s>", "<s>", "&&", "\u0000", "\ufffd", "\ufeff",
        "x\u0323\u0307", "Å", "aaaa", "          ", "\n \n \n",
    ];

    private static readonly int[] BlockLengths = [1, 2, 3, 7, 64, 1000];

    /// <summary>Steps of tokenizer.json files: normalizer, pre-tokenizer, flags of added tokens.</summary>
    public static TheoryData<string, string, string> Steps
    {
        get
        {
            string[] normalizers =
            [
                "null", Type("NFC"), Type("NFKC"), Type("NFD"), Type("Lowercase"), Type("Strip"), Type("Nmt"),
                """{"type":"Prepend","prepend":"b"}""", Replace("String", " ", "b"), Replace("String", "ab", "b"),
                Replace("Regex", "a+ ", ""),
                $$"""{"type":"Sequence","normalizers":[{{Type("NFD")}},{{Type("StripAccents")}},{{Type("Lowercase")}}]}""",
                $$"""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":" "},{{Replace("String", " ", "a")}}]}""",
                Type("BertNormalizer"), Type("ByteLevel"),
            ];
            string[] preTokenizers =
            [
                "null", Split(@"\\s+(?!\\S)|\\s+|[^\\s]+", "Isolated"), Split(@"\\s", "Removed"), Split(@"\\s", "MergedWithPrevious"),
                Split(@"\\s", "MergedWithNext"), Split(@"\\s", "Contiguous"), Split(@"\\s", "Contiguous", true),
                Split(@"\\s", "MergedWithNext", true), Split(@"\\s", "MergedWithPrevious", true), Split(@"(?<=a)b|b(?=a)", "Isolated"),
                Split(@"^a|\\bb|a$", "Isolated"), Split("a*", "Isolated"), Split(Words, "Isolated"), Bytes(true, true), Bytes(false, false),
                Metaspace("always", true), Metaspace("first", true), Metaspace("first", false), Type("Whitespace"), Type("WhitespaceSplit"),
                """{"type":"Digits","individual_digits":false}""", """{"type":"Punctuation","behavior":"Contiguous"}""",
                Type("BertPreTokenizer"), """{"type":"FixedLength","length":3}""", Type("UnicodeScripts"),
                Sequence(Type("WhitespaceSplit"), Metaspace("always", true)), Sequence(Bytes(true, false), Type("Punctuation")),
                Sequence("""{"type":"Punctuation","behavior":"Contiguous"}""", Bytes(false, true), Type("Digits")),
            ];
            string[] flags =
            [
                "", "\"lstrip\":true", "\"rstrip\":true", "\"single_word\":true", "\"normalized\":true",
                "\"normalized\":true,\"lstrip\":true,\"rstrip\":true",
            ];
            var data = new TheoryData<string, string, string>();
            foreach (string normalizer in normalizers)
                data.Add(normalizer, preTokenizers[1], flags[0]);
            foreach (string preTokenizer in preTokenizers)
                data.Add(normalizers[0], preTokenizer, flags[0]);
            foreach (string flag in flags)
                data.Add(normalizers[11], preTokenizers[12], flag);
            foreach ((int index, string preTokenizer) in preTokenizers.Index())
                data.Add(normalizers[index % normalizers.Length], preTokenizer, flags[index % flags.Length]);
            return data;
        }
    }

    public static TheoryData<string> Families => GoldFamilies.Names.Count > 0 ? [.. GoldFamilies.Names] : ["none"];

    [Theory, MemberData(nameof(Steps))]
    public void Every_kind_of_step_cuts_as_in_the_whole(string normalizer, string preTokenizer, string flags)
    {
        string[] pieces = ["a", "b", "c", "w", "o", "r", "d", "s", "▁", "1", "2", "3", "<", ">", "!", "Ġ", "Ċ", " ", "\\n"];
        string[] merged = ["ab", "aa", "▁a", "or", "wor", "word", "Ġa", "12", "!!"];
        string vocabulary = string.Join(',', pieces.Concat(merged).Index().Select(piece => $"\"{piece.Item}\":{piece.Index}"));
        string flag = flags.Length > 0 ? "," + flags : "";
        string normalized = flags.Contains("normalized", StringComparison.Ordinal) ? "" : ",\"normalized\":false";
        using TemporaryFolder folder = new TemporaryFolder().With("tokenizer.json", $$$"""
            {"added_tokens":[{"id":100,"content":"<b>","special":false{{{normalized}}}{{{flag}}}},
            {"id":101,"content":"<b><i>","special":false{{{normalized}}}{{{flag}}}},
            {"id":102,"content":"</s>","special":true{{{normalized}}}{{{flag}}}}],
            "normalizer":{{{normalizer}}},"pre_tokenizer":{{{preTokenizer}}},
            "model":{"type":"BPE","vocab":{{{{vocabulary}}}},"unk_token":"!",
            "merges":["a b","a a","▁ a","o r","w or","wor d","Ġ a","1 2","! !"]}}
            """);
        AssertAlike(TokenizerLoader.Load(folder.Path), seed: normalizer.Length + preTokenizer.Length, trials: 60);
    }

    [Theory, MemberData(nameof(Families))]
    public void Real_tokenizers_cut_as_in_the_whole(string family)
    {
        SharedData.Require("tokenizers/hf");
        AssertAlike(GoldFamilies.Load(family), seed: family.Length, trials: 40);
    }

    [Fact]
    public void Pieces_of_SentencePiece_cut_as_in_the_whole() => AssertAlike(TestTokenizers.HomerMini, seed: 5, trials: 100);

    [Fact]
    public void Blocks_of_the_usual_length_have_the_ids_of_the_whole()
    {
        string text = string.Concat(Enumerable.Repeat(Sentence, 60_000));
        foreach (ITokenizer tokenizer in Long())
            Assert.Equal(tokenizer.Encode(text), tokenizer.Encode(new StringReader(text), default));
        string word = new('a', 3_000_000);
        foreach (ITokenizer tokenizer in Long())
            Assert.Equal(tokenizer.Encode(word), tokenizer.Encode(new StringReader(word), default));

        static IEnumerable<ITokenizer> Long()
        {
            yield return TestTokenizers.HomerMini;
            foreach (string family in (string[])["gpt2", "llama2", "qwen2.5", "gemma3"])
            {
                if (GoldFamilies.Names.Contains(family))
                    yield return GoldFamilies.Load(family);
            }
        }
    }

    private static string Type(string name) => $$"""{"type":"{{name}}"}""";

    private static string Replace(string kind, string pattern, string content) =>
        $$$"""{"type":"Replace","pattern":{"{{{kind}}}":"{{{pattern}}}"},"content":"{{{content}}}"}""";

    private static string Bytes(bool addsSpace, bool usesPattern) =>
        $$"""{"type":"ByteLevel","add_prefix_space":{{Json(addsSpace)}},"use_regex":{{Json(usesPattern)}}}""";

    private static string Metaspace(string scheme, bool splits) =>
        $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":{{Json(splits)}}}""";

    private static string Sequence(params string[] steps) => $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', steps)}}]}""";

    private static string Json(bool value) => value ? "true" : "false";

    private static string Split(string pattern, string behavior, bool inverts = false) =>
        $$$"""{"type":"Split","pattern":{"Regex":"{{{pattern}}}"},"behavior":"{{{behavior}}}","invert":{{{Json(inverts)}}}}""";

    private static void AssertAlike(ITokenizer tokenizer, int seed, int trials)
    {
        var random = new Random(seed);
        for (int trial = 0; trial < trials; trial++)
        {
            var text = new StringBuilder();
            for (int count = random.Next(60); count > 0; count--)
                text.Append(Parts[trial % 3 == 0 ? random.Next(14) : random.Next(Parts.Length)]);
            EncodeOptions options = new(AddSpecial: trial % 4 == 1, ParseSpecial: trial % 2 == 0)
            {
                Marks = trial % 5 == 0 ? new HashSet<string> { "<b>" } : null,
            };
            int[] expected = tokenizer.Encode(text.ToString(), options);
            int length = BlockLengths[trial % BlockLengths.Length];
            int[] actual = tokenizer.Encode(new Blocks(text.ToString(), length), options);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"blocks of {length}: {text}");
        }
    }

    /// <summary>A text that never gives more than a number of characters, as pipes do.</summary>
    private sealed class Blocks(string text, int length) : StringReader(text)
    {
        public override int ReadBlock(Span<char> buffer) => Read(buffer[..Math.Min(length, buffer.Length)]);
    }
}
