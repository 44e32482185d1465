using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Json;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Tokenizers.Gguf;

/// <summary>
/// Reads the tokenizer of a GGUF file: byte pairs with merges (<c>gpt2</c>), or the pieces and scores of SentencePiece (<c>llama</c>).
/// </summary>
internal static class GgufTokenizer
{
    private const string ModelKey = "tokenizer.ggml.model";
    private const string PiecesModel = "llama";
    private const string PreKey = "tokenizer.ggml.pre";
    private const string MergesKey = "tokenizer.ggml.merges";
    private const string ScoresKey = "tokenizer.ggml.scores";

    // Files of SentencePiece vocabularies may leave these out.
    private const int DefaultBegin = 1;
    private const int DefaultEnd = 2;

    /// <summary>Reads the tokenizer of a file, which may hold a vocabulary alone.</summary>
    /// <param name="path">The file, or the first of its parts.</param>
    /// <exception cref="HomerException">The file is broken, has no tokenizer, or one of a kind that Homer does not know.</exception>
    internal static PipelineTokenizer Load(string path)
    {
        using GgufParts parts = GgufParts.Open(path);
        return Read(parts.Keys).Create();
    }

    /// <summary>Reads the parts of a tokenizer.</summary>
    /// <exception cref="HomerException">It is broken, missing, or of a kind that Homer does not know.</exception>
    internal static GgufTokenizerParts Read(GgufKeys keys)
    {
        var tokens = GgufTokens.Read(keys);
        return keys.Text(ModelKey) switch
        {
            "gpt2" => ReadBytePairs(keys, tokens),
            PiecesModel => ReadPieces(keys, tokens),
            null => throw new HomerException($"'{keys.Path}' lacks the key {ModelKey}; export the model again."),
            { } other => throw keys.Invalid(ModelKey, $"is {Quoted.Text(other)}; Homer reads tokenizers gpt2 and llama"),
        };
    }

    /// <summary>
    /// Returns the id of the token that begins (<c>bos</c>) or ends (<c>eos</c>) a sequence where a file does not say; null where there is
    /// none.
    /// </summary>
    internal static int? DefaultEndId(GgufKeys keys, GgufTokens tokens, string name)
    {
        int? usual = name switch { "bos" => DefaultBegin, "eos" => DefaultEnd, _ => null };
        return keys.Text(ModelKey) == PiecesModel && usual < tokens.Types.Count && tokens.Types[usual.Value] == GgufTokenType.Control
            ? usual
            : null;
    }

    private static GgufTokenizerParts ReadBytePairs(GgufKeys keys, GgufTokens tokens)
    {
        List<string> notes = [];
        GgufPreTokenizer pre = GgufPreTokenizer.Default;
        if (keys.Text(PreKey) is not { Length: > 0 } name)
        {
            notes.Add(
                $"'{keys.Path}' does not say how its tokenizer cuts words (its key {PreKey} is missing), so a default is used; answers may "
                + "suffer, and a newer conversion of the model is better");
        }
        else
        {
            pre = GgufPreTokenizer.Find(name)
                ?? throw keys.Invalid(PreKey, $"is {Quoted.Text(name)}, a way of cutting words that Homer does not know");
        }

        Vocabulary vocabulary = Vocabulary(tokens);
        IReadOnlyList<(int Left, int Right, int Rank, int Merged)> merges = ReadMerges(keys, vocabulary);
        return new(new(vocabulary, new(merges), new() { IgnoresMerges = pre.IgnoresMerges }), Marks(tokens))
        {
            Merges = () => [.. merges.Select(merge => (merge.Left, merge.Right))],
            Normalizer = pre.Composes ? JsonSteps.Composed() : null,
            PreTokenizer = pre.Describe(),
            Decoder = JsonSteps.ByteLevel(usesPattern: true),
            Ends = Ends(keys, tokens, pre.AddsBegin, notes),
            EndOfSequence = Id(keys, tokens, "eos", notes),
            Notes = notes,
        };
    }

    private static GgufTokenizerParts ReadPieces(GgufKeys keys, GgufTokens tokens)
    {
        IReadOnlyList<double> scores = keys.Numbers(ScoresKey)
            ?? throw keys.Invalid(ScoresKey, "is missing, without which its tokens cannot be merged; export the model again");
        if (scores.Count != tokens.Texts.Count)
            throw keys.Invalid(ScoresKey, $"has {scores.Count} scores for the {tokens.Texts.Count} tokens of {GgufTokens.TextsKey}");
        Vocabulary vocabulary = Vocabulary(tokens);
        var merges = new ScoredMerges(
            vocabulary,
            [
                .. tokens.Texts.Index().Where(token => tokens.Types[token.Index] == GgufTokenType.Normal && token.Item.Length > 0)
                    .Select(token => (token.Item, (float)scores[token.Index])),
            ]);
        int? unknown = tokens.Types.Contains(GgufTokenType.Unknown) ? tokens.Types.ToList().IndexOf(GgufTokenType.Unknown) : null;
        bool addsSpace = keys.Flag("tokenizer.ggml.add_space_prefix") ?? true;
        List<string> notes = [];
        var settings = new BpeSettings { FallsBackToBytes = true, Unknown = unknown, FusesUnknown = true, Parts = merges.Parts };
        return new(new(vocabulary, merges.Table, settings), Marks(tokens))
        {
            Merges = merges.InOrder,
            Normalizer = JsonSteps.Spaces(addsSpace),
            Decoder = JsonSteps.Pieces(addsSpace),
            Ends = Ends(keys, tokens, addsBegin: true, notes),
            EndOfSequence = Id(keys, tokens, "eos", notes),
            Notes = notes,
        };
    }

    private static Vocabulary Vocabulary(GgufTokens tokens)
    {
        Dictionary<string, int> ids = [];
        foreach ((int id, string text) in tokens.Texts.Index())
        {
            if (text.Length > 0)
                ids.TryAdd(text, id);
        }

        return new(ids, tokens.Texts);
    }

    private static List<AddedToken> Marks(GgufTokens tokens)
    {
        List<AddedToken> marks = [];
        foreach ((int id, string text) in tokens.Texts.Index())
        {
            GgufTokenType type = tokens.Types[id];
            bool isSpecial = type is GgufTokenType.Control or GgufTokenType.Unknown;
            if (text.Length > 0 && (isSpecial || type == GgufTokenType.UserDefined))
                marks.Add(new(id, text) { IsSpecial = isSpecial });
        }

        return marks;
    }

    private static List<(int Left, int Right, int Rank, int Merged)> ReadMerges(GgufKeys keys, Vocabulary vocabulary)
    {
        IReadOnlyList<string> lines = keys.Texts(MergesKey) ?? [];
        if (lines.Count == 0 && vocabulary.Ids.Keys.Any(text => text.Length > 1))
        {
            throw keys.Invalid(
                MergesKey, $"has 0 merges for the {vocabulary.Size} tokens of {GgufTokens.TextsKey}; export the model again");
        }

        List<(int Left, int Right, int Rank, int Merged)> merges = new(lines.Count);
        foreach ((int rank, string line) in lines.Index())
        {
            // A token may begin with a space, but holds none after it.
            int space = line.Length > 1 ? line.IndexOf(' ', 1) : -1;
            if (space < 0)
                throw keys.Invalid(MergesKey, $"has {Quoted.Text(line)}, which is not two tokens");
            int left = vocabulary.Find(line.AsSpan(0, space)), right = vocabulary.Find(line.AsSpan(space + 1));
            int merged = vocabulary.Find(line.Remove(space, 1));
            if (left < 0 || right < 0 || merged < 0)
                throw keys.Invalid(MergesKey, $"has {Quoted.Text(line)}, of which {GgufTokens.TextsKey} lacks a token");
            merges.Add((left, right, rank, merged));
        }

        return merges;
    }

    private static SequenceEnds Ends(GgufKeys keys, GgufTokens tokens, bool addsBegin, List<string> notes)
    {
        bool begins = keys.Flag("tokenizer.ggml.add_bos_token") ?? addsBegin, ends = keys.Flag("tokenizer.ggml.add_eos_token") ?? false;
        return new(
            begins && Id(keys, tokens, "bos", notes) is { } first ? [first] : [],
            ends && Id(keys, tokens, "eos", notes) is { } last ? [last] : []);
    }

    private static int? Id(GgufKeys keys, GgufTokens tokens, string name, List<string> notes)
    {
        string key = $"tokenizer.ggml.{name}_token_id";
        if (keys.Integer(key) is not { } id)
            return DefaultEndId(keys, tokens, name);
        if (id >= 0 && id < tokens.Texts.Count)
            return (int)id;
        string note = $"'{keys.Path}': {key} is {id}, which none of its {tokens.Texts.Count} tokens has, and is passed over";
        // Writers put −1 or the largest number for none.
        if (id is >= 0 and < uint.MaxValue && !notes.Contains(note))
            notes.Add(note);
        return null;
    }
}
