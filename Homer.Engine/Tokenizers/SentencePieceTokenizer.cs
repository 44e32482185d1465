using System.Text;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Documents;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The tokenizer of Llama 2 and related models. Decoding undoes encoding, except that U+2581, which SentencePiece writes for a space, comes
/// back as a space, and that a model may ask for superfluous spaces to be removed.
/// </summary>
internal sealed class SentencePieceTokenizer : ITokenizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceMerger _merger;
    private readonly AddedVocabulary _marks;
    private readonly byte[][] _pieceBytes;

    private SentencePieceTokenizer(
        SentencePieceModel model, IReadOnlyList<AddedTokens.Token> added, int? beginOfSequence, int? endOfSequence)
    {
        _model = model;
        _merger = new PieceMerger(model);
        _marks = Marks(model, added);
        _pieceBytes = PieceBytes(model, added);
        BeginOfSequence = beginOfSequence;
        EndOfSequence = endOfSequence;
    }

    public int VocabularySize => _pieceBytes.Length;

    public int? BeginOfSequence { get; }

    public int? EndOfSequence { get; }

    /// <summary>
    /// Creates the tokenizer of a folder's tokenizer.model, with tokenizer_config.json, special_tokens_map.json and added_tokens.json where
    /// they are there.
    /// </summary>
    public static SentencePieceTokenizer Load(string modelFolder, SentencePieceModel model)
    {
        var config = TokenizerConfig.Read(modelFolder);
        IReadOnlyList<AddedTokens.Token> added = AddedTokens.Read(modelFolder, model.Pieces.Count);
        int? begin = ControlId(config.BeginOfSequence, model.Trainer.BosId);
        int? end = ControlId(config.EndOfSequence, model.Trainer.EosId);
        return new SentencePieceTokenizer(model, added, config.AddBeginOfSequence ?? true ? begin : null, end);

        int? ControlId(string? name, int id)
        {
            if (name is null)
                return id >= 0 && id < model.Pieces.Count && model.Pieces[id].Type == PieceType.Control ? id : null;
            foreach (AddedTokens.Token token in added)
            {
                if (token.Text == name)
                    return token.Id;
            }

            foreach ((int index, Piece piece) in model.Pieces.Index())
            {
                if (piece.Text == name)
                    return index;
            }

            throw TokenizerConfig.Unknown(modelFolder, name, SentencePieceModel.FileName);
        }
    }

    public int[] Encode(string text, bool beginOfSequence = false) => Encode(text, beginOfSequence, CancellationToken.None);

    public int[] Encode(string text, bool beginOfSequence, CancellationToken cancellation)
    {
        List<int> ids = beginOfSequence && BeginOfSequence is { } begin ? [begin] : [];
        Append(text, new() { Cancellation = cancellation }, ids);
        return [.. ids];
    }

    public int[] Encode(string text, EncodeOptions options)
    {
        List<int> ids = options.AddSpecial && BeginOfSequence is { } begin ? [begin] : [];
        Append(text, options, ids);
        return [.. ids];
    }

    public int[] Encode(TextReader text, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Superfluous spaces are removed from a text that is known to its end, and places of data are those of a whole text.
        if (_model.Normalizer.RemoveExtraWhitespaces || options.Data is not null)
            return Encode(text.ReadToEnd(), options);
        var ids = new IdList();
        ids.AddRange(options.AddSpecial && BeginOfSequence is { } begin ? [begin] : []);
        new DocumentEncoder(_marks, new PieceStage(_merger, _model.Normalizer.AddDummyPrefix, ids, options.Cancellation), ids, options)
            .Read(text);
        return ids.ToArray();
    }

    public string Decode(ReadOnlySpan<int> ids) => Decode(ids, skipSpecial: true);

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        StreamingDecoder decoder = CreateDecoder();
        var text = new StringBuilder();
        foreach (int id in ids)
            text.Append(!skipSpecial && IsSpecial(id) ? decoder.Flush() + TokenText(id) : decoder.Append(id));
        return text.Append(decoder.Flush()).ToString();
    }

    public StreamingDecoder CreateDecoder(bool continues = false) =>
        new(_pieceBytes, dropSpace: _model.Normalizer.AddDummyPrefix && !continues);

    public string? TokenText(int id) => _marks.ById.TryGetValue(id, out AddedToken? mark) ? mark.Text
        : (uint)id < (uint)_model.Pieces.Count ? _model.Pieces[id].Text : null;

    public IReadOnlyCollection<int> AddedIds => [.. _marks.ById.Keys];

    public bool IsSpecial(int id) => _marks.ById.TryGetValue(id, out AddedToken? mark) && mark.IsSpecial;

    private void Append(string text, EncodeOptions options, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        options.Cancellation.ThrowIfCancellationRequested();
        foreach (AddedVocabulary.Section section in _marks.Cut(text, new(options)))
        {
            if (section.Id is { } id)
                ids.Add(id);
            else
                AppendText(section.Text, ids, options.Cancellation);
        }
    }

    private void AppendText(string text, List<int> ids, CancellationToken cancellation)
    {
        if (_model.Normalizer.RemoveExtraWhitespaces)
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        _merger.Encode(text, spaceBefore: _model.Normalizer.AddDummyPrefix && text.Length > 0, ids, cancellation);
    }

    /// <summary>Returns the added tokens, and the pieces that are marks.</summary>
    private static AddedVocabulary Marks(SentencePieceModel model, IReadOnlyList<AddedTokens.Token> added)
    {
        List<AddedToken> marks = [.. added.Select(token => new AddedToken(token.Id, token.Text) { IsSpecial = token.IsSpecial })];
        HashSet<int> listed = [.. added.Select(token => token.Id)];
        foreach ((int id, Piece piece) in model.Pieces.Index())
        {
            if (piece.Type is PieceType.Control or PieceType.Unknown && !listed.Contains(id))
                marks.Add(new(id, piece.Text) { IsSpecial = true });
        }

        return new(marks, normalizer: null);
    }

    /// <summary>Returns the bytes of each id's text; added tokens may leave ids between them that stand for nothing.</summary>
    private static byte[][] PieceBytes(SentencePieceModel model, IReadOnlyList<AddedTokens.Token> added)
    {
        int count = Math.Max(model.Pieces.Count, added.Count == 0 ? 0 : added[^1].Id + 1);
        byte[][] bytes = [.. model.Pieces.Select(BytesOf), .. Enumerable.Repeat(Array.Empty<byte>(), count - model.Pieces.Count)];
        foreach (AddedTokens.Token token in added)
        {
            // The lists repeat control tokens of the vocabulary.
            if (token.Id >= model.Pieces.Count || model.Pieces[token.Id].Text != token.Text)
                bytes[token.Id] = token.IsSpecial ? [] : Encoding.UTF8.GetBytes(token.Text);
        }

        return bytes;
    }

    private static byte[] BytesOf(Piece piece) => piece.Type switch
    {
        PieceType.Control => [],
        PieceType.Unknown => [.. " \u2047 "u8],
        PieceType.Byte when SentencePieceModel.TryParseByte(piece.Text, out byte value) => [value],
        _ => Encoding.UTF8.GetBytes(piece.Text.Replace(SentencePieceModel.Space, ' ')),
    };
}
