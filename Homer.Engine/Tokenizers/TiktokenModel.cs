using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Tokenizers.Json;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The tokenizer.model of Llama 3, a vocabulary of tiktoken: lines of a token's bytes in Base64 and its rank, which is its id. Two
/// neighbours merge if they are a token together, the lowest rank first. Its marks follow the ranks, under the names that Meta's code has.
/// </summary>
internal static class TiktokenModel
{
    private const int MostRanks = 1 << 22;
    private const int Marks = 256;
    private const string Begin = "<|begin_of_text|>";
    private const string End = "<|end_of_text|>";

    // Those of the marks that are not reserved, by the number after the ranks.
    private static readonly Dictionary<int, string> MarkNames = new()
    {
        [0] = Begin,
        [1] = End,
        [6] = "<|start_header_id|>",
        [7] = "<|end_header_id|>",
        [9] = "<|eot_id|>",
    };

    /// <summary>Returns whether the content of a tokenizer.model is such a vocabulary.</summary>
    internal static bool Is(ReadOnlySpan<byte> content)
    {
        int end = content[..Math.Min(content.Length, 1024)].IndexOf((byte)'\n');
        if (end < 0)
            return false;
        ReadOnlySpan<byte> line = content[..end].TrimEnd((byte)'\r');
        int space = line.IndexOf((byte)' ');
        return space > 0 && Base64.IsValid(line[..space]) && line[(space + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary>Reads the vocabulary of a folder.</summary>
    /// <param name="folder">The folder, whose tokenizer_config.json may name the marks.</param>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="HomerException">The file is damaged.</exception>
    internal static PipelineTokenizer Read(string folder, string path, ReadOnlySpan<byte> content)
    {
        List<string> texts = ReadTexts(path, content);
        Dictionary<string, int> ids = [];
        foreach ((int id, string text) in texts.Index())
        {
            if (!ids.TryAdd(text, id))
                throw Damaged(path, $"its tokens {ids[text]} and {id} are the same");
        }

        for (int value = 0; value < 256; value++)
        {
            if (!ids.ContainsKey(ByteAlphabet.Of((byte)value).ToString()))
                throw Damaged(path, $"it has no token for the byte {value}");
        }

        var vocabulary = new Vocabulary(ids, texts);
        var merges = new ScoredMerges(vocabulary, [.. texts.Index().Select(token => (token.Item, -(float)token.Index))]);
        var added = new AddedTokenReader(vocabulary);
        TokenizerConfig config = TokenizerConfig.Read(folder, added.AddDecoder);
        IReadOnlyList<AddedToken> marks = added.Tokens.Count > 0 ? added.Tokens : [.. Enumerable.Range(0, Marks).Select(Mark)];
        SequenceEnds ends = Id(Begin) is { } first ? new([first], []) : SequenceEnds.None;
        return new(
            new BpeModel(vocabulary, merges.Table, new() { IgnoresMerges = true, Parts = merges.Parts }),
            new AddedVocabulary(marks, normalizer: null),
            GgufPreTokenizer.Find("llama-bpe")!.Create(), new ByteLevelDecoder(), ends)
        {
            EndOfSequence = config.EndOfSequence is { } name
                ? Id(name) ?? throw TokenizerConfig.Unknown(folder, name, SentencePieceModel.FileName, config.EndFile)
                : Id(End),
        };

        AddedToken Mark(int number) =>
            new(texts.Count + number, MarkNames.GetValueOrDefault(number) ?? Reserved(number)) { IsSpecial = true };

        int? Id(string name) => marks.FirstOrDefault(mark => mark.Text == name)?.Id;
    }

    // The reserved names count without gaps.
    private static string Reserved(int number) => string.Create(
        CultureInfo.InvariantCulture, $"<|reserved_special_token_{number - MarkNames.Keys.Count(taken => taken < number)}|>");

    private static List<string> ReadTexts(string path, ReadOnlySpan<byte> content)
    {
        List<string> texts = [];
        var characters = new StringBuilder();
        Span<byte> bytes = stackalloc byte[1024];
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range].TrimEnd((byte)'\r');
            if (line.IsEmpty)
                continue;
            int space = line.IndexOf((byte)' ');
            bool isWhole = space > 0 && Utf8Parser.TryParse(line[(space + 1)..], out int rank, out int used)
                && used == line.Length - space - 1 && rank == texts.Count && rank < MostRanks;
            if (!isWhole || Base64.DecodeFromUtf8(line[..space], bytes, out _, out int count) != OperationStatus.Done || count == 0)
                throw Damaged(path, $"its line {texts.Count + 1} is not a token in Base64 and the rank {texts.Count}");
            characters.Clear();
            foreach (byte value in bytes[..count])
                characters.Append(ByteAlphabet.Of(value));
            texts.Add(characters.ToString());
        }

        return texts;
    }

    private static HomerException Damaged(string path, string what) =>
        new($"{Quoted.Path(path)} is not a whole tiktoken vocabulary: {what}; download it again.");
}
