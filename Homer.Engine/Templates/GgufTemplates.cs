using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Templates;

/// <summary>Reads the chat templates and the names of special tokens of a GGUF file.</summary>
internal static class GgufTemplates
{
    private const string TemplateKey = "tokenizer.chat_template";
    private const string NamesKey = "tokenizer.chat_templates";

    private static readonly (string Key, string Name)[] TokenKeys =
    [
        ("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token"), ("padding", "pad_token"), ("seperator", "sep_token"),
        ("separator", "sep_token"), ("cls", "cls_token"), ("mask", "mask_token"),
    ];

    /// <summary>Reads a file, or the first of its parts; there may be no templates in it.</summary>
    /// <exception cref="HomerException">The file is broken.</exception>
    public static ChatTemplates Read(string path)
    {
        using GgufParts parts = GgufParts.Open(path);
        GgufKeys keys = parts.Keys;
        var templates = new Dictionary<string, string>();
        if (keys.Text(TemplateKey) is { } template)
            templates[ChatTemplates.Default] = template;
        foreach (string name in keys.Texts(NamesKey) ?? [])
        {
            if (keys.Text($"{TemplateKey}.{name}") is { } named)
                templates[name] = named;
        }

        return new(Quoted.Path(path), templates, Tokens(keys));
    }

    private static Dictionary<string, string> Tokens(GgufKeys keys)
    {
        var names = new Dictionary<string, string>();
        if (!keys.Has(GgufTokens.TextsKey))
            return names;
        var tokens = GgufTokens.Read(keys);
        foreach ((string key, string name) in TokenKeys)
        {
            long? id = keys.Integer($"tokenizer.ggml.{key}_token_id") ?? GgufTokenizer.DefaultEndId(keys, tokens, key);
            if (id >= 0 && id < tokens.Texts.Count)
                names[name] = tokens.Texts[(int)id];
        }

        return names;
    }
}
