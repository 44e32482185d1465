using Homer.Engine.Tokenizers.Patterns;
using Homer.Engine.Tokenizers.PreTokenizers;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>Reads the pre-tokenizer of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    // Rust's regex crate counts the joiners to words.
    private const string Words = @"[\w\u200c\u200d]+|[^\w\s\u200c\u200d]+";

    /// <summary>Reads a pre-tokenizer.</summary>
    /// <exception cref="HomerException">It is broken, or of a type that Homer does not know.</exception>
    internal static IPreTokenizer Read(JsonPart part) => part.Type switch
    {
        "Sequence" => new PreTokenizerSequence([.. part.Required("pretokenizers").Items().Select(Read)]),
        "Split" => new Split(NormalizerReader.ReadFinder(part), Behavior(part), part.Flag("invert", false)),
        "ByteLevel" => new ByteLevel(part.Flag("add_prefix_space", true), part.Flag("use_regex", true)),
        "Metaspace" => ReadMetaspace(part),
        "Digits" => new SplitCharacters(
            UnicodeSets.Numeric, part.Flag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "Punctuation" => new SplitCharacters(UnicodeSets.Punctuation, Behavior(part)),
        "Whitespace" => new Split(new(new Pattern(Words)), SplitBehavior.Removed, inverts: true),
        "WhitespaceSplit" => SplitCharacters.AtWhiteSpace,
        "CharDelimiterSplit" => new SplitCharacters(
            CodePointSet.Of(Character(part.Required("delimiter"))), SplitBehavior.Removed),
        "BertPreTokenizer" => new PreTokenizerSequence(
            [SplitCharacters.AtWhiteSpace, new SplitCharacters(UnicodeSets.Punctuation, SplitBehavior.Isolated)]),
        "FixedLength" => new FixedLength(part.Count("length") is > 0 and var length ? length : throw part.Invalid("has a length of 0")),
        "UnicodeScripts" => new SplitScripts(),
        _ => throw part.Unknown(),
    };

    /// <summary>Reads where a Metaspace puts its character in front; older files say only whether it does.</summary>
    /// <exception cref="HomerException">It is broken.</exception>
    internal static PrependScheme ReadScheme(JsonPart part) => part.Text("prepend_scheme") switch
    {
        "always" => PrependScheme.Always,
        "first" => PrependScheme.First,
        "never" => PrependScheme.Never,
        null => part.Flag("add_prefix_space", true) ? PrependScheme.Always : PrependScheme.Never,
        { } other => throw part.Invalid($"has the prepend_scheme {Files.Quoted.Text(other)}, which is none"),
    };

    /// <summary>Reads a text of one character.</summary>
    /// <exception cref="HomerException">It is something else.</exception>
    internal static int Character(JsonPart part)
    {
        string text = part.AsText();
        int point = CodePoints.At(text, 0);
        return point >= 0 && CodePoints.Length(point) == text.Length ? point : throw part.Invalid("is not a single character");
    }

    private static Metaspace ReadMetaspace(JsonPart part)
    {
        string replacement = char.ConvertFromUtf32(Character(part.Required("replacement")));
        return new(replacement, ReadScheme(part), part.Flag("split", true));
    }

    private static SplitBehavior Behavior(JsonPart part) => part.Text("behavior") switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" or null => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        { } other => throw part.Invalid($"has the behavior {Files.Quoted.Text(other)}, which is none"),
    };
}
