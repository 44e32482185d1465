using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Tokenizers.Gguf;

/// <summary>Kinds of tokens in a GGUF file, by the numbers of ggml's gguf.md.</summary>
internal enum GgufTokenType
{
    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>The token of characters that have none.</summary>
    Unknown = 2,

    /// <summary>A mark.</summary>
    Control = 3,

    /// <summary>Text that is always a token of its own.</summary>
    UserDefined = 4,

    /// <summary>A row without use.</summary>
    Unused = 5,

    /// <summary>A byte.</summary>
    Byte = 6,
}

/// <summary>The tokens of a GGUF file.</summary>
/// <param name="Texts">The text of each id.</param>
/// <param name="Types">The type of each id.</param>
internal sealed record GgufTokens(IReadOnlyList<string> Texts, IReadOnlyList<GgufTokenType> Types)
{
    /// <summary>The key of the texts.</summary>
    internal const string TextsKey = "tokenizer.ggml.tokens";

    private const string TypesKey = "tokenizer.ggml.token_type";

    // What models end a turn or a text with. Conversions have typed some as text, or have not named them as an end.
    private static readonly HashSet<string> Ends =
    [
        "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<EOT>", "_<EOT>",
        "[EOT]", "<|end_of_turn|>", "<\uff5cend\u2581of\u2581sentence\uff5c>", "<end_of_utterance>", "<|return|>", "<|call|>", "<eos>",
    ];

    /// <summary>Reads the tokens.</summary>
    /// <exception cref="HomerException">They are missing, or the lists differ in length.</exception>
    internal static GgufTokens Read(GgufKeys keys)
    {
        IReadOnlyList<string> texts = keys.Texts(TextsKey)
            ?? throw new HomerException($"'{keys.Path}' has no tokenizer: it lacks the key {TextsKey}; give token ids instead of text.");
        if (texts.Count == 0)
            throw keys.Invalid(TextsKey, "is empty");
        if (!keys.Has(TypesKey))
            return new(texts, [.. texts.Select(text => Ends.Contains(text) ? GgufTokenType.Control : GgufTokenType.Normal)]);
        IReadOnlyList<long> types = keys.Integers(TypesKey) ?? throw keys.Invalid(TypesKey, "is not a list");
        if (types.Count != texts.Count)
            throw keys.Invalid(TypesKey, $"has {types.Count} types for the {texts.Count} tokens of {TextsKey}");
        return new(texts, [.. texts.Zip(types, Type)]);
    }

    /// <summary>Returns the ids of tokens with which models end a turn or a text, by their names.</summary>
    /// <param name="texts">The text of each id.</param>
    internal static IEnumerable<int> EndIds(IReadOnlyList<string> texts) =>
        texts.Index().Where(token => Ends.Contains(token.Item)).Select(token => token.Index);

    private static GgufTokenType Type(string text, long type)
    {
        var known = type is >= (int)GgufTokenType.Normal and <= (int)GgufTokenType.Byte ? (GgufTokenType)type : GgufTokenType.Normal;
        return known == GgufTokenType.Normal && Ends.Contains(text) ? GgufTokenType.Control : known;
    }
}
