using System.Globalization;
using Google.Protobuf;
using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers;

/// <summary>A checked tokenizer.model file: byte-pair encoding with byte fallback, as Llama models have it.</summary>
internal sealed class SentencePieceModel
{
    public const string FileName = "tokenizer.model";

    /// <summary>The character that replaces a space in pieces and in normalized text.</summary>
    public const char Space = '\u2581';

    /// <summary>The most bytes that are read; the largest real ones have five million.</summary>
    public const int MostBytes = 64 << 20;

    private SentencePieceModel(IReadOnlyList<Piece> pieces, int[] byteIds, TrainerSpec trainer, NormalizerSpec normalizer)
    {
        Pieces = pieces;
        ByteIds = byteIds;
        Trainer = trainer;
        Normalizer = normalizer;
    }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>The id of the piece that stands for each byte [256].</summary>
    public IReadOnlyList<int> ByteIds { get; }

    public TrainerSpec Trainer { get; }

    public NormalizerSpec Normalizer { get; }

    /// <summary>Reads the content of a file and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <exception cref="HomerException">The file is damaged, or is of a kind that Homer does not support.</exception>
    public static SentencePieceModel Parse(string path, byte[] content)
    {
        ModelProto proto = ParseProto(path, content);
        HomerException Fault(string what) => new($"{Quoted.Path(path)} {what}.");

        if (proto is not { Pieces.Count: > 0, Trainer: { } trainer, Normalizer: { } normalizer })
            throw Fault("is not a whole SentencePiece model: it lacks pieces, trainer or normalizer settings");
        if (trainer.ModelType != ModelType.Bpe)
            throw Fault($"is a SentencePiece model of type {trainer.ModelType}; only Bpe is supported");
        if (normalizer.HasCharacterMap || !normalizer.EscapeWhitespaces || trainer.TreatWhitespaceAsSuffix)
            throw Fault("normalizes text in a way that Llama models do not and Homer does not support");

        var texts = new HashSet<string>(proto.Pieces.Count);
        int[] byteIds = new int[256];
        Array.Fill(byteIds, -1);
        foreach ((int id, Piece piece) in proto.Pieces.Index())
        {
            if (piece.Text.Length == 0 || piece.Text.Contains(' ') || !texts.Add(piece.Text))
                throw Fault($"has a damaged vocabulary: piece {id} is empty, has a space in it or repeats another");
            if (piece.Type is PieceType.UserDefined or PieceType.Unused)
                throw Fault($"has a piece of type {piece.Type}, which is not supported");
            if (piece.Type != PieceType.Byte)
                continue;
            if (!TryParseByte(piece.Text, out byte value))
                throw Fault($"has a damaged vocabulary: piece {id} should be a byte like <0x0A>");
            byteIds[value] = id;
        }

        if (byteIds.Contains(-1))
            throw Fault("has no byte fallback: 256 pieces from <0x00> to <0xFF> are needed for characters outside the vocabulary");
        return new SentencePieceModel(proto.Pieces, byteIds, trainer, normalizer);
    }

    /// <summary>Parses the text of a byte piece, such as <c>&lt;0x0A&gt;</c>.</summary>
    public static bool TryParseByte(string piece, out byte value)
    {
        value = 0;
        return piece is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static ModelProto ParseProto(string path, byte[] bytes)
    {
        try
        {
            return ModelProto.Parse(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            if (ForeignFile.AsModelFile(bytes) is { } foreign)
                throw foreign.Refusal(path, "a SentencePiece model");
            throw new HomerException(
                $"{Quoted.Path(path)} is not a SentencePiece model, or is damaged or cut short; download it again.", e);
        }
    }
}
