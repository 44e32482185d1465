using System.Text;

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

    private SentencePieceTokenizer(SentencePieceModel model, int? beginOfSequence, int? endOfSequence)
    {
        _model = model;
        _merger = new PieceMerger(model);
        _pieceBytes = [.. model.Pieces.Select(BytesOf)];
        BeginOfSequence = beginOfSequence;
        EndOfSequence = endOfSequence;
    }

    public int VocabularySize => _pieceBytes.Length;

    public int? BeginOfSequence { get; }

    public int? EndOfSequence { get; }

    /// <summary>Reads tokenizer.model and, where there is one, tokenizer_config.json.</summary>
    public static SentencePieceTokenizer Load(string modelFolder)
    {
        var model = SentencePieceModel.Read(Path.Combine(modelFolder, SentencePieceModel.FileName));
        var config = TokenizerConfig.Read(modelFolder);
        int? begin = ControlId(config.BeginOfSequence, model.Trainer.BosId);
        int? end = ControlId(config.EndOfSequence, model.Trainer.EosId);
        return new SentencePieceTokenizer(model, config.AddBeginOfSequence ?? true ? begin : null, end);

        int? ControlId(string? name, int id)
        {
            if (name is null)
                return id >= 0 && id < model.Pieces.Count && model.Pieces[id].Type == PieceType.Control ? id : null;
            foreach ((int index, Piece piece) in model.Pieces.Index())
            {
                if (piece.Text == name)
                    return index;
            }

            string path = Path.Combine(modelFolder, TokenizerConfig.FileName);
            throw new HomerException($"{path} names the token {name}, which {SentencePieceModel.FileName} does not have.");
        }
    }

    public int[] Encode(string text, bool beginOfSequence = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        if (beginOfSequence && BeginOfSequence is { } begin)
            ids.Add(begin);
        _merger.Encode(Normalize(text), ids);
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

    private string Normalize(string text)
    {
        if (_model.Normalizer.RemoveExtraWhitespaces)
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (_model.Normalizer.AddDummyPrefix && text.Length > 0)
            text = ' ' + text;
        return text.Replace(' ', SentencePieceModel.Space);
    }

    private static byte[] BytesOf(Piece piece) => piece.Type switch
    {
        PieceType.Control => [],
        PieceType.Unknown => [.. " \u2047 "u8],
        PieceType.Byte when SentencePieceModel.TryParseByte(piece.Text, out byte value) => [value],
        _ => Encoding.UTF8.GetBytes(piece.Text.Replace(SentencePieceModel.Space, ' ')),
    };
}
