using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Files of tokenizers and templates with a fault work, or are refused in one sentence, soon and in bounded memory.</summary>
public sealed class HostileTokenizerTests
{
    private const string Text = "The <b>mill</b> isn't 12345 far.\n\n  漢字 é</s>";

    private const string Config = """
        {"tokenizer_class":"GPT2Tokenizer","add_bos_token":true,"add_prefix_space":false,
        "bos_token":{"content":"<s>","special":true},
        "eos_token":"</s>","unk_token":null,"pad_token":"</s>","additional_special_tokens":["<b>",{"content":"</b>"}],
        "added_tokens_decoder":{"260":{"content":"<s>","special":true,"lstrip":false},"261":{"content":"</s>","special":true,"rstrip":true},
        "262":{"content":"<b>","special":false,"normalized":true}},"clean_up_tokenization_spaces":false,"model_max_length":1024,
        "chat_template":[{"name":"default","template":"{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}"}]}
        """;

    private const string Map = """
        {"bos_token":{"content":"<s>","special":true},"eos_token":"<s>","unk_token":null,"additional_special_tokens":["<b>"]}
        """;

    private static readonly JsonObject Model = TinyTokenizerJson.ByteLevel("t h", "th e", "1 2", "Ġ m");

    private static readonly string[] Parts =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "{%-", "-%}", "if", "else", "elif", "endif", "for", "in", "endfor", "set",
        "macro", "endmacro", "call", "filter", "messages", "message", "loop", "loop.index0", "namespace", "range",
        "(", ")", "[", "]", "{", "}", ".",
        ",", ":", "|", "=", "==", "+", "-", "*", "**", "/", "//", "%", "~", "is", "not", "and", "or", "defined", "none", "true", "0",
        "1", "9999999999", "'a'", "\"b\"", "'", "\"", "tojson", "length", "join", "trim", "raise_exception", "strftime_now",
        "role", "content",
        "\n", " ", "x", "é", "😀", "\\", "\u0000", "break", "continue", "generation", "endgeneration", "recursive", "1.5", "1e999",
        "0x1f", "_", "__class__",
    ];

    [Fact]
    public void A_tokenizer_works_or_is_refused()
    {
        string valid = Whole().ToJsonString();
        HostileFile.Check("tokenizer.json", valid, Use, iterations: 1500);
        HostileFile.CheckLarge("tokenizer.json", valid, Use);
        using var folder = new TemporaryFolder();
        foreach (string value in (string[])["null", "[[1]]", "{\"type\":\"Sequence\"}", "2147483647", "\"Precompiled\""])
        {
            foreach (JsonMutation mutation in JsonMutation.Each(Small().ToJsonString(), value))
                HostileFile.Refusal(folder, "tokenizer.json", mutation, Use);
        }
    }

    [Fact]
    public void Settings_of_a_tokenizer_work_or_are_refused()
    {
        string tokenizer = Small().ToJsonString();
        foreach ((string name, string valid) in ((string, string)[])[("tokenizer_config.json", Config), ("special_tokens_map.json", Map)])
        {
            HostileFile.Check(name, valid, folder => UseWith(folder, ("tokenizer.json", tokenizer)), iterations: 600);
            HostileFile.CheckLarge(name, valid, folder => UseWith(folder, ("tokenizer.json", tokenizer)));
        }

        HostileFile.Check(
            "chat_template.json", """{"chat_template":[{"name":"default","template":"{{ messages }}"}]}""",
            folder => UseWith(folder, ("tokenizer.json", tokenizer)), iterations: 300);
    }

    [Fact]
    public void Vocabularies_with_merges_work_or_are_refused()
    {
        string vocabulary = Model["model"]!["vocab"]!.ToJsonString();
        (string, string)[] others = [("merges.txt", "#version: 0.2\nt h\nth e\n1 2\nĠ m\n"), ("tokenizer_config.json", Config)];
        HostileFile.Check("vocab.json", vocabulary, folder => UseWith(folder, others), iterations: 300);
        HostileFile.CheckLarge("vocab.json", vocabulary, folder => UseWith(folder, others));
        HostileFile.Check(
            "tokenizer_config.json", Config, folder => UseWith(folder, others[0], ("vocab.json", vocabulary)), iterations: 600);
        HostileFile.Check(
            "added_tokens.json", """{"<x>":260,"<y>":261}""", folder => UseWith(folder, [("vocab.json", vocabulary), .. others]),
            iterations: 300);
        AssertBytes(
            "merges.txt", Encoding.UTF8.GetBytes(others[0].Item2), folder => UseWith(folder, ("vocab.json", vocabulary), others[1]));
    }

    [Fact]
    public void Vocabularies_of_tiktoken_work_or_are_refused() => AssertBytes(
        "tokenizer.model",
        Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 256).Select(value => $"{Convert.ToBase64String([(byte)value])} {value}\n"))),
        folder => UseWith(folder));

    [Fact]
    public void Random_templates_render_or_are_refused() =>
        Gen.Int[0, Parts.Length - 1].Array[0, 40].Sample(
            parts => AssertTemplate(string.Join(' ', parts.Select(part => Parts[part]))), iter: 3000, threads: 1);

    [Fact]
    public void Damaged_templates_of_real_models_render_or_are_refused()
    {
        string[] templates =
        [
            .. Directory.GetFiles(SharedData.Require("tokenizers/hf"), "chat_template*.jinja", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).Select(File.ReadAllText),
        ];
        Gen.Select(Gen.Int[0, templates.Length - 1], Gen.Int[0, 1 << 20], Gen.Int[0, 30], Gen.Int[0, Parts.Length - 1]).Sample(
            (which, place, length, part) =>
            {
                string template = templates[which];
                int at = place % (template.Length + 1), end = Math.Min(template.Length, at + length);
                AssertTemplate(string.Concat(template.AsSpan(0, at), Parts[part], template.AsSpan(end)));
            },
            iter: 800,
            threads: 1);
    }

    private static JsonObject Whole()
    {
        JsonObject whole = Small();
        whole["model"] = Model["model"]!.DeepClone();
        return whole;
    }

    private static JsonObject Small() => JsonNode.Parse("""
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[
        {"id":260,"content":"<s>","special":true,"single_word":false,"lstrip":false,"rstrip":false,"normalized":false},
        {"id":261,"content":"<b>","special":false,"single_word":true,"lstrip":true,"rstrip":true,"normalized":true}],
        "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Strip","strip_left":true},{"type":"Prepend","prepend":"t"},
        {"type":"Replace","pattern":{"Regex":"a{2,3}|x+"},"content":"b"}]},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+(?!\\S)|\\p{N}{1,3}"},
        "behavior":"MergedWithNext","invert":false},{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"m",
        "prepend_scheme":"first","split":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]},
        "post_processor":{"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
        "special_tokens":{"<s>":{"id":"<s>","ids":[260],"tokens":["<s>"]}}},
        "decoder":{"type":"Sequence","decoders":[{"type":"ByteLevel"},{"type":"Strip","content":" ","start":1,"stop":0},{"type":"Fuse"},
        {"type":"Replace","pattern":{"String":"m"},"content":" "}]},
        "model":{"type":"BPE","dropout":null,"unk_token":"t","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,
        "byte_fallback":true,"ignore_merges":false,"vocab":{"t":0,"h":1,"e":2,"th":3,"the":4,"1":5},"merges":["t h",["th","e"]]}}
        """)!.AsObject();

    private static void Use(string folder)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        int[] ids = tokenizer.Encode(Text, new EncodeOptions(AddSpecial: true, ParseSpecial: true));
        tokenizer.Encode(new StringReader(Text), default);
        tokenizer.Decode(ids);
        tokenizer.Decode(ids, skipSpecial: false);
    }

    private static void UseWith(string folder, params (string Name, string Content)[] others)
    {
        foreach ((string name, string content) in others)
            File.WriteAllText(Path.Combine(folder, name), content);
        Use(folder);
        ChatTemplates templates = ChatTemplates.Read(folder);
        if (templates.ToJson() is JsonValue source)
            AssertTemplate((string)source!);
    }

    private static void AssertBytes(string name, byte[] valid, Action<string> use)
    {
        Gen<byte[]> changed = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, 4], (at, value, kind) => kind switch
        {
            0 => valid[..at],
            1 => [.. valid[..at], .. valid[(at + 1)..]],
            2 => [.. valid[..at], value, .. valid[at..]],
            3 => [.. valid, .. valid[at..]],
            _ => [.. valid[..at], value, .. valid[(at + 1)..]],
        });
        byte[] repeated = [.. Enumerable.Repeat(valid, 2000).SelectMany(bytes => bytes)];
        byte[][] large = [[], new byte[5_000_000], [.. valid, .. new byte[5_000_000]], repeated];
        using var folder = new TemporaryFolder();
        changed.Sample(Check, iter: 400, threads: 1);
        foreach (byte[] content in large)
            Check(content);

        void Check(byte[] content)
        {
            folder.With(name, content);
            try
            {
                use(folder.Path);
            }
            catch (HomerException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static void AssertTemplate(string template)
    {
        using var conversation = JsonDocument.Parse("""
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes",
            "tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},{"role":"user","content":"Bye"}],"add_generation_prompt":true}
            """);
        var watch = Stopwatch.StartNew();
        try
        {
            Dictionary<string, string> tokens = new() { ["bos_token"] = "<s>" };
            ChatTemplate.Parse(template, "the test").Render(conversation.RootElement, tokens);
        }
        catch (HomerException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }
}
