using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Json;

namespace Homer.Engine.Tokenizers.Gguf;

/// <summary>The parts of the tokenizer of a GGUF file, from which both it and a tokenizer.json are made.</summary>
/// <param name="Model">The vocabulary and its merges.</param>
/// <param name="Marks">The tokens that are found before words are cut.</param>
internal sealed record GgufTokenizerParts(BpeModel Model, IReadOnlyList<AddedToken> Marks)
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Lists the merges, the first ones first; null where no list gives every text the same tokens.</summary>
    public required Func<IReadOnlyList<(int Left, int Right)>?> Merges { get; init; }

    /// <summary>Describes the normalizer, if there is one, as tokenizer.json does.</summary>
    public JsonObject? Normalizer { get; init; }

    /// <summary>Describes the pre-tokenizer, if there is one.</summary>
    public JsonObject? PreTokenizer { get; init; }

    /// <summary>Describes the decoder.</summary>
    public required JsonObject Decoder { get; init; }

    /// <summary>The tokens around a sequence.</summary>
    public required SequenceEnds Ends { get; init; }

    /// <summary>The token that ends a text.</summary>
    public int? EndOfSequence { get; init; }

    /// <summary>Sentences that users should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Creates the tokenizer.</summary>
    internal PipelineTokenizer Create() => new(
        Model, new AddedVocabulary(Marks, JsonSteps.ReadNormalizer(Normalizer)), JsonSteps.ReadPreTokenizer(PreTokenizer),
        JsonSteps.ReadDecoder(Decoder), Ends)
    {
        EndOfSequence = EndOfSequence,
        Notes = Notes,
    };

    /// <summary>Returns the ids whose text another id has already, which tokenizer.json cannot hold.</summary>
    internal IEnumerable<int> Repeated() => Enumerable.Range(0, Model.Vocabulary.Size).Where(id =>
        Model.Vocabulary.TextOf(id) is { Length: > 0 } text && Model.Vocabulary.Find(text) != id);

    /// <summary>Writes a tokenizer.json.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="merges">What <see cref="Merges"/> lists.</param>
    internal void Write(Stream output, IReadOnlyList<(int Left, int Right)> merges)
    {
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (AddedToken mark in Marks.DistinctBy(mark => mark.Text).OrderBy(mark => mark.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("id", mark.Id);
            json.WriteString("content", mark.Text);
            foreach (string flag in (string[])["single_word", "lstrip", "rstrip", "normalized"])
                json.WriteBoolean(flag, false);
            json.WriteBoolean("special", mark.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteStep(json, "normalizer", Normalizer);
        WriteStep(json, "pre_tokenizer", PreTokenizer);
        WriteStep(json, "post_processor", JsonSteps.PostProcessor(Ends, Text));
        WriteStep(json, "decoder", Decoder);
        WriteModel(json, merges);
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, string name, JsonObject? step)
    {
        json.WritePropertyName(name);
        if (step is null)
            json.WriteNullValue();
        else
            step.WriteTo(json);
    }

    private void WriteModel(Utf8JsonWriter json, IReadOnlyList<(int Left, int Right)> merges)
    {
        BpeSettings settings = Model.Settings;
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", settings.Unknown is { } unknown ? Text(unknown) : null);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", settings.FusesUnknown);
        json.WriteBoolean("byte_fallback", settings.FallsBackToBytes);
        json.WriteBoolean("ignore_merges", settings.IgnoresMerges);
        json.WriteStartObject("vocab");
        for (int id = 0; id < Model.Vocabulary.Size; id++)
        {
            if (Model.Vocabulary.TextOf(id) is { Length: > 0 } text && Model.Vocabulary.Find(text) == id)
                json.WriteNumber(text, id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        // As texts, which older readers know, unless a token has a space in it.
        bool asPairs = merges.Any(merge => Text(merge.Left).Contains(' ') || Text(merge.Right).Contains(' '));
        foreach ((int left, int right) in merges)
        {
            if (!asPairs)
            {
                json.WriteStringValue($"{Text(left)} {Text(right)}");
                continue;
            }

            json.WriteStartArray();
            json.WriteStringValue(Text(left));
            json.WriteStringValue(Text(right));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private string Text(int id) => Model.Vocabulary.TextOf(id) ?? "";
}
