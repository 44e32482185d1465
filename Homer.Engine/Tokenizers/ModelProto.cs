using Google.Protobuf;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The parts of SentencePiece's protocol buffer on which encoding and decoding depend, with their defaults:
/// https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
/// </summary>
internal sealed class ModelProto
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    public List<Piece> Pieces { get; } = [];

    public TrainerSpec? Trainer { get; private set; }

    public NormalizerSpec? Normalizer { get; private set; }

    /// <summary>Parses the bytes of a file.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not such a message.</exception>
    public static ModelProto Parse(byte[] file)
    {
        var model = new ModelProto();
        var input = new CodedInputStream(file);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 1 << 3 | LengthDelimited:
                    model.Pieces.Add(ParsePiece(Nested(input)));
                    break;
                case 2 << 3 | LengthDelimited:
                    model.Trainer = ParseTrainer(Nested(input));
                    break;
                case 3 << 3 | LengthDelimited:
                    model.Normalizer = ParseNormalizer(Nested(input));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return model;
    }

    private static Piece ParsePiece(CodedInputStream input)
    {
        var piece = new Piece("", 0, PieceType.Normal);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 1 << 3 | LengthDelimited:
                    piece = piece with { Text = input.ReadString() };
                    break;
                case 2 << 3 | Fixed32:
                    piece = piece with { Score = input.ReadFloat() };
                    break;
                case 3 << 3 | Varint:
                    piece = piece with { Type = (PieceType)input.ReadEnum() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return piece;
    }

    private static TrainerSpec ParseTrainer(CodedInputStream input)
    {
        var trainer = new TrainerSpec();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 3 << 3 | Varint:
                    trainer = trainer with { ModelType = (ModelType)input.ReadEnum() };
                    break;
                case 24 << 3 | Varint:
                    trainer = trainer with { TreatWhitespaceAsSuffix = input.ReadBool() };
                    break;
                case 41 << 3 | Varint:
                    trainer = trainer with { BosId = input.ReadInt32() };
                    break;
                case 42 << 3 | Varint:
                    trainer = trainer with { EosId = input.ReadInt32() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return trainer;
    }

    private static NormalizerSpec ParseNormalizer(CodedInputStream input)
    {
        var normalizer = new NormalizerSpec();
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case 2 << 3 | LengthDelimited:
                    normalizer = normalizer with { HasCharacterMap = !input.ReadBytes().IsEmpty };
                    break;
                case 3 << 3 | Varint:
                    normalizer = normalizer with { AddDummyPrefix = input.ReadBool() };
                    break;
                case 4 << 3 | Varint:
                    normalizer = normalizer with { RemoveExtraWhitespaces = input.ReadBool() };
                    break;
                case 5 << 3 | Varint:
                    normalizer = normalizer with { EscapeWhitespaces = input.ReadBool() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return normalizer;
    }

    private static CodedInputStream Nested(CodedInputStream input) => new(input.ReadBytes().ToByteArray());
}

/// <summary>An entry of the vocabulary; its index is its id.</summary>
internal sealed record Piece(string Text, float Score, PieceType Type);

internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

internal enum ModelType
{
    Unigram = 1,
    Bpe = 2,
    Word = 3,
    Char = 4,
}

internal sealed record TrainerSpec(
    ModelType ModelType = ModelType.Unigram, bool TreatWhitespaceAsSuffix = false, int BosId = 1, int EosId = 2);

internal sealed record NormalizerSpec(
    bool HasCharacterMap = false, bool AddDummyPrefix = true, bool RemoveExtraWhitespaces = true, bool EscapeWhitespaces = true);
