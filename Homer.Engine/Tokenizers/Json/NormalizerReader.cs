using Homer.Engine.Tokenizers.Normalizers;
using Homer.Engine.Tokenizers.Patterns;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>Reads the normalizer of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    /// <summary>Reads a normalizer.</summary>
    /// <exception cref="HomerException">It is broken, or of a type that Homer does not know.</exception>
    internal static INormalizer Read(JsonPart part) => part.Type switch
    {
        "Sequence" => new NormalizerSequence([.. part.Required("normalizers").Items().Select(Read)]),
        "NFC" => new UnicodeForm(IsCompatible: false, Composes: true),
        "NFD" => new UnicodeForm(IsCompatible: false, Composes: false),
        "NFKC" => new UnicodeForm(IsCompatible: true, Composes: true),
        "NFKD" => new UnicodeForm(IsCompatible: true, Composes: false),
        "Lowercase" => CharacterMap.Lowercase,
        "StripAccents" => CharacterMap.StripAccents,
        "Nmt" => CharacterMap.Nmt,
        "Prepend" => new Prepend(part.RequiredText("prepend")),
        "Strip" => new Strip(part.Flag("strip_left", true), part.Flag("strip_right", true)),
        "Replace" => ReadReplace(part),
        "ByteLevel" => new BytesAsCharacters(),
        "BertNormalizer" => ReadBert(part),
        _ => throw part.Unknown(),
    };

    /// <summary>Reads a replacement.</summary>
    /// <exception cref="HomerException">It is broken.</exception>
    internal static Replace ReadReplace(JsonPart part) => new(ReadFinder(part), part.RequiredText("content"));

    /// <summary>Reads a text, or a pattern, that is searched for.</summary>
    /// <exception cref="HomerException">It is neither, or the pattern is broken.</exception>
    internal static Finder ReadFinder(JsonPart part)
    {
        JsonPart pattern = part.Required("pattern");
        if (pattern.Text("String") is { } text)
            return new(text);
        try
        {
            return new(new Pattern(pattern.RequiredText("Regex")));
        }
        catch (HomerException e)
        {
            throw part.Invalid($"cannot be used: {char.ToLowerInvariant(e.Message[0])}{e.Message.TrimEnd('.')[1..]}");
        }
    }

    private static NormalizerSequence ReadBert(JsonPart part)
    {
        bool lowers = part.Flag("lowercase", true);
        return BertNormalizer.Create(
            part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true), part.Flag("strip_accents", lowers), lowers);
    }
}
