using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.Normalizers;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>
/// Describes the steps of tokenizers that other files than tokenizer.json imply, as that file would have them: what is read and what is
/// written are the same description.
/// </summary>
internal static class JsonSteps
{
    /// <summary>Describes NFC.</summary>
    internal static JsonObject Composed() => new() { ["type"] = "NFC" };

    /// <summary>Describes a decoder or pre-tokenizer that writes bytes as characters.</summary>
    /// <param name="usesPattern">Whether words are cut as GPT-2 cuts them.</param>
    /// <param name="addsPrefixSpace">Whether words get a space in front.</param>
    internal static JsonObject ByteLevel(bool usesPattern, bool addsPrefixSpace = false) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addsPrefixSpace,
        ["trim_offsets"] = true,
        ["use_regex"] = usesPattern,
    };

    /// <summary>Describes pre-tokenizers, one after the other.</summary>
    internal static JsonObject PreTokenizers(params IEnumerable<JsonObject> steps) =>
        new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. steps]) };

    /// <summary>Describes words that are cut by patterns, one after the other, and written as bytes.</summary>
    internal static JsonObject Words(params IEnumerable<string> patterns) =>
        PreTokenizers([.. patterns.Select(Split), ByteLevel(usesPattern: false)]);

    /// <summary>Describes a cut at the matches of a pattern.</summary>
    internal static JsonObject Split(string pattern) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = pattern },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    /// <summary>Describes the normalizer of SentencePiece.</summary>
    /// <param name="addsSpace">Whether texts get a space in front.</param>
    internal static JsonObject Spaces(bool addsSpace)
    {
        JsonObject replace = Replace(" ", SentencePieceModel.Space.ToString());
        return addsSpace
            ? new()
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "Prepend", ["prepend"] = SentencePieceModel.Space.ToString() }, replace),
            }
            : replace;
    }

    /// <summary>Describes the decoder of SentencePiece.</summary>
    /// <param name="addsSpace">Whether texts got a space in front.</param>
    internal static JsonObject Pieces(bool addsSpace)
    {
        var decoders = new JsonArray(
            Replace(SentencePieceModel.Space.ToString(), " "), new JsonObject { ["type"] = "ByteFallback" },
            new JsonObject { ["type"] = "Fuse" });
        if (addsSpace)
            decoders.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        return new() { ["type"] = "Sequence", ["decoders"] = decoders };
    }

    /// <summary>Describes the tokens around a sequence; null where there are none.</summary>
    /// <param name="ends">The tokens.</param>
    /// <param name="text">Returns the text of a token.</param>
    internal static JsonObject? PostProcessor(SequenceEnds ends, Func<int, string> text)
    {
        int[] ids = [.. ends.Before.Concat(ends.After).Distinct()];
        if (ids.Length == 0)
            return null;
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray([.. Sequence("A", 0)]),
            ["pair"] = new JsonArray([.. Sequence("A", 0), .. Sequence("B", 1)]),
            ["special_tokens"] = new JsonObject(ids.Select(id => KeyValuePair.Create(text(id), (JsonNode?)new JsonObject
            {
                ["id"] = text(id),
                ["ids"] = new JsonArray(id),
                ["tokens"] = new JsonArray(text(id)),
            }))),
        };

        IEnumerable<JsonNode> Sequence(string name, int type) =>
        [
            .. ends.Before.Select(id => Item("SpecialToken", text(id), type)), Item("Sequence", name, type),
            .. ends.After.Select(id => Item("SpecialToken", text(id), type)),
        ];
    }

    /// <summary>Reads a description of a normalizer.</summary>
    internal static INormalizer? ReadNormalizer(JsonNode? node) => node is null ? null : NormalizerReader.Read(Part(node));

    /// <summary>Reads a description of a pre-tokenizer.</summary>
    internal static PreTokenizers.IPreTokenizer? ReadPreTokenizer(JsonNode? node) =>
        node is null ? null : PreTokenizerReader.Read(Part(node));

    /// <summary>Reads a description of a decoder.</summary>
    internal static IDecoder ReadDecoder(JsonNode node) => DecoderReader.Read(Part(node));

    private static JsonObject Replace(string text, string content) => new()
    {
        ["type"] = "Replace",
        ["pattern"] = new JsonObject { ["String"] = text },
        ["content"] = content,
    };

    private static JsonObject Item(string kind, string name, int type) =>
        new() { [kind] = new JsonObject { ["id"] = name, ["type_id"] = type } };

    private static JsonPart Part(JsonNode node) => new(TokenizerJson.FileName, "step", JsonSerializer.SerializeToElement(node));
}
