using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers.Json;
using Homer.Engine.Tokenizers.PreTokenizers;

namespace Homer.Engine.Tokenizers.Gguf;

/// <summary>
/// A way in which byte-pair vocabularies of GGUF files cut words: files name it in <c>tokenizer.ggml.pre</c>, and the patterns are those of
/// the models' own tokenizer.json.
/// </summary>
internal sealed record GgufPreTokenizer
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Spaces = @"\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string LlamaWords =
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + Spaces;

    private const string QwenWords = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + Spaces;
    private const string Qwen35Words =
        Contractions + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + Spaces;

    private const string Upper = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string TekkenWords =
        Upper + "*" + Lower + "+|" + Upper + "+" + Lower + @"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + Spaces;

    private const string Gpt4oWords =
        Upper + "*" + Lower + "+" + Contractions + "?|" + Upper + "+" + Lower + "*" + Contractions
        + @"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + Spaces;

    private const string DeepSeekWords =
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + Spaces;

    private const string Cjk = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+";
    private const string OtherCjk = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";
    private const string BloomWords = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+";

    private const string LettersOfTwoCases =
        "A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d"
        + "\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5"
        + "\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45"
        + "\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc"
        + "\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126"
        + "\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee"
        + "\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17"
        + "\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-\U000104fb\U00010c80-\U00010cb2"
        + "\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943";

    /// <summary>The way of files that name none, as llama.cpp has it.</summary>
    internal static GgufPreTokenizer Default { get; } = Of(@"[\p{P}\$\+<=>\^~\|]+", ByteLevel.WordPattern, @"\p{N}+", "[0-9][0-9][0-9]");

    private static Dictionary<string, GgufPreTokenizer> ByName { get; } = List();

    /// <summary>Describes what cuts words, as tokenizer.json does.</summary>
    public required Func<JsonObject> Describe { get; init; }

    /// <summary>Whether texts are rewritten first: in NFC.</summary>
    public bool Composes { get; init; }

    /// <summary>Whether a word that is a token is taken whole.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>Whether sequences begin with a token where the file does not say.</summary>
    public bool AddsBegin { get; init; }

    /// <summary>Returns what a name means; null for an unknown one.</summary>
    internal static GgufPreTokenizer? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Creates what cuts words.</summary>
    internal IPreTokenizer Create() => JsonSteps.ReadPreTokenizer(Describe())!;

    private static Dictionary<string, GgufPreTokenizer> List()
    {
        GgufPreTokenizer llama = Of(LlamaWords) with { IgnoresMerges = true }, gpt2 = Of(ByteLevel.WordPattern);
        GgufPreTokenizer qwen = Of(QwenWords) with { Composes = true }, digits = Of(@"\p{N}", ByteLevel.WordPattern);
        GgufPreTokenizer deepSeek = Of(@"\p{N}{1,3}", Cjk, DeepSeekWords), gpt4o = Of(Gpt4oWords);
        var names = new Dictionary<string, GgufPreTokenizer>
        {
            ["default"] = Default,
            ["gpt-2"] = gpt2,
            ["olmo"] = gpt2 with { Composes = true },
            ["mpt"] = gpt2 with { Composes = true },
            ["tekken"] = Of(TekkenWords) with { IgnoresMerges = true, AddsBegin = true },
            ["qwen35"] = Of(Qwen35Words) with { Composes = true },
            ["command-r"] = digits with { Composes = true },
            ["falcon"] = new() { Describe = Falcon },
            ["deepseek-coder"] = Of("[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", OtherCjk, @"\p{N}"),
            ["deepseek-llm"] = Of(
                "[\r\n]", @"\s?[" + LettersOfTwoCases + "]+",
                "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", @"\s+$", OtherCjk, @"\p{N}"),
            ["chatglm-bpe"] = Of(LlamaWords),
            ["glm4"] = Of(LlamaWords),
            ["dbrx"] = Of(LlamaWords),
            ["smaug-bpe"] = Of(LlamaWords),
            ["viking"] = Of(BloomWords, @"\p{N}"),
        };
        Add(llama with { AddsBegin = true }, "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2");
        Add(qwen, "qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "grok-2", "solar-open");
        Add(digits, "smollm", "refact", "starcoder", "codeshell", "exaone", "minerva-7b");
        Add(gpt2, "phi-2", "jais", "gigachat", "a.x-4.0", "mellum", "exaone4", "trillion", "granite-docling");
        Add(deepSeek, "deepseek-v3", "hunyuan-dense", "joyai-llm");
        Add(gpt4o, "gpt-4o", "llama4", "kanana2", "minimax-m2");
        Add(Of(BloomWords), "bloom", "gpt3-finnish", "poro-chat");
        return names;

        void Add(GgufPreTokenizer one, params ReadOnlySpan<string> all)
        {
            foreach (string name in all)
                names[name] = one;
        }
    }

    private static GgufPreTokenizer Of(params string[] patterns) => new() { Describe = () => JsonSteps.Words(patterns) };

    // Cuts digits after bytes became characters, as the model's own tokenizer does.
    private static JsonObject Falcon() => JsonSteps.PreTokenizers(
        new() { ["type"] = "Punctuation", ["behavior"] = "Contiguous" },
        JsonSteps.ByteLevel(usesPattern: true),
        new() { ["type"] = "Digits", ["individual_digits"] = false },
        JsonSteps.Split("[0-9][0-9][0-9]"));
}
