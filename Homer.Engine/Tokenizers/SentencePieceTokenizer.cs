using System.Text;
using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The tokenizer of Llama 2 and related models. Decoding undoes encoding, except that U+2581, which SentencePiece writes for a space, comes
/// back as a space, and that a model may ask for superfluous spaces to be removed.
/// </summary>
internal sealed class SentencePieceTokenizer : ITokenizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceMerger _merger;
    private readonly byte[][] _pieceBytes;

    private SentencePieceTokenizer(
        SentencePieceModel model, IReadOnlyList<AddedTokens.Token> added, int? beginOfSequence, int? endOfSequence)
    {
        _model = model;
        _merger = new PieceMerger(model);
        _pieceBytes = PieceBytes(model, added);
        BeginOfSequence = beginOfSequence;
        EndOfSequence = endOfSequence;
    }

    public int VocabularySize => _pieceBytes.Length;

    public int? BeginOfSequence { get; }

    public int? EndOfSequence { get; }

    /// <summary>
    /// Reads tokenizer.model and, where they are there, tokenizer_config.json, special_tokens_map.json and added_tokens.json.
    /// </summary>
    public static SentencePieceTokenizer Load(string modelFolder)
    {
        var model = SentencePieceModel.Read(Path.Combine(modelFolder, SentencePieceModel.FileName));
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

            string path = Path.Combine(modelFolder, TokenizerConfig.FileName);
            throw new HomerException(
                $"{Quoted.Path(path)} names the token {Quoted.Text(name)}, which neither {SentencePieceModel.FileName} nor the added "
                + "tokens "
                + "have; download the folder's tokenizer again.");
        }
    }

    public int[] Encode(string text, bool beginOfSequence = false) => Encode(text, beginOfSequence, CancellationToken.None);

    public int[] Encode(string text, bool beginOfSequence, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        cancellation.ThrowIfCancellationRequested();
        if (_model.Normalizer.RemoveExtraWhitespaces)
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var ids = new List<int>();
        if (beginOfSequence && BeginOfSequence is { } begin)
            ids.Add(begin);
        _merger.Encode(text, spaceBefore: _model.Normalizer.AddDummyPrefix && text.Length > 0, ids, cancellation);
        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        StreamingDecoder decoder = CreateDecoder();
        var text = new StringBuilder();
        foreach (int id in ids)
            text.Append(decoder.Append(id));
        return text.Append(decoder.Flush()).ToString();
    }

    public StreamingDecoder CreateDecoder(bool continues = false) =>
        new(_pieceBytes, dropSpace: _model.Normalizer.AddDummyPrefix && !continues);

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
