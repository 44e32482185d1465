using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.Normalizers;
using Homer.Engine.Tokenizers.PreTokenizers;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>Reads the decoder of a tokenizer.json.</summary>
internal static class DecoderReader
{
    /// <summary>Reads a decoder.</summary>
    /// <exception cref="HomerException">It is broken, or of a type that Homer does not know.</exception>
    internal static IDecoder Read(JsonPart part) => part.Type switch
    {
        "Sequence" => new DecoderSequence([.. part.Required("decoders").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => Replacing(NormalizerReader.ReadReplace(part)),
        "Strip" => new StripDecoder(Content(part), part.Count("start"), part.Count("stop")),
        "Metaspace" => WordDecoders.Metaspace(
            char.ConvertFromUtf32(PreTokenizerReader.Character(part.Required("replacement"))),
            PreTokenizerReader.ReadScheme(part) != PrependScheme.Never),
        "WordPiece" => WordDecoders.WordPiece(part.Text("prefix") ?? "##", part.Flag("cleanup", true)),
        "BPEDecoder" => new SuffixDecoder(part.Text("suffix") ?? "</w>"),
        _ => throw part.Unknown(),
    };

    /// <summary>Returns the decoder that replaces a text in every token.</summary>
    internal static TokenwiseDecoder Replacing(Replace replace) =>
        new((token, _) => replace.Normalize(token), isPiecewise: replace.Length == 1);

    private static char Content(JsonPart part)
    {
        int point = PreTokenizerReader.Character(part.Required("content"));
        return point <= char.MaxValue ? (char)point : throw part.Invalid("strips a character beyond the basic plane");
    }
}
