using System.Text.Json;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.Normalizers;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>
/// Reads tokenizer.json, the format of https://github.com/huggingface/tokenizers. Truncation and padding, which training runs leave there,
/// are passed over.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>The name of the file.</summary>
    internal const string FileName = "tokenizer.json";

    /// <summary>Reads the tokenizer of a folder; null where the folder has no such file.</summary>
    /// <exception cref="HomerException">A file is broken, or has something that Homer does not know.</exception>
    internal static PipelineTokenizer? TryLoad(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonFile.Read(path, json => Read(folder, path, json)) : null;
    }

    private static PipelineTokenizer Read(string folder, string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new HomerException($"{Quoted.Path(path)} cannot be used: it is not an object; download it again.");
        BpeModel model = ModelReader.Read(Part("model") ?? throw new HomerException(
            $"{Quoted.Path(path)} cannot be used: it has no model; download it again."));
        INormalizer? normalizer = Part("normalizer") is { } normalizerPart ? NormalizerReader.Read(normalizerPart) : null;
        var added = new AddedTokenReader(model.Vocabulary);
        if (Part("added_tokens") is { } list)
            added.AddList(list);
        TokenizerConfig config = TokenizerConfig.Read(folder, added.AddDecoder);
        SequenceEnds ends = Part("post_processor") is { } processor ? PostProcessorReader.Read(processor) : SequenceEnds.None;
        return new(
            model, new AddedVocabulary(added.Tokens, normalizer),
            Part("pre_tokenizer") is { } preTokenizer ? PreTokenizerReader.Read(preTokenizer) : null,
            Part("decoder") is { } decoder ? DecoderReader.Read(decoder) : WordDecoders.Spaced, ends)
        {
            EndOfSequence = EndId(folder, config, added.Tokens, model.Vocabulary),
            Notes = [.. Contradictions(path, config, ends)],
        };

        JsonPart? Part(string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new(path, name, value)
            : null;
    }

    private static int? EndId(string folder, TokenizerConfig config, IReadOnlyList<AddedToken> added, Vocabulary vocabulary)
    {
        if (config.EndOfSequence is not { } name)
            return null;
        if (added.FirstOrDefault(token => token.Text == name) is { } token)
            return token.Id;
        return vocabulary.Find(name) is >= 0 and var id
            ? id
            : throw TokenizerConfig.Unknown(folder, name, FileName, config.EndFile);
    }

    private static IEnumerable<string> Contradictions(string path, TokenizerConfig config, SequenceEnds ends)
    {
        bool adds = ends.Before.Count > 0;
        if (config.AddBeginOfSequence is { } wants && wants != adds)
        {
            yield return $"tokenizer_config.json says add_bos_token {(wants ? "true" : "false")}, but the post-processor in "
                + $"{Quoted.Path(path)}, which decides, puts {(adds ? "a token" : "none")} in front";
        }
    }
}
