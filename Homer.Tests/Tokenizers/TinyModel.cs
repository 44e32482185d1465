using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace Homer.Tests.Tokenizers;

/// <summary>
/// Writes small tokenizer.model files: the pieces &lt;unk&gt;, &lt;s&gt;, &lt;/s&gt;, the 256 bytes and the given pieces, each with a lower
/// score than the one before.
/// </summary>
internal sealed class TinyModel
{
    public const int FirstPiece = 259;

    public string[] Pieces { get; init; } = [];

    public int ExtraPieceType { get; init; } = 1;

    public int ModelType { get; init; } = 2;

    public bool HasBytes { get; init; } = true;

    public bool RemovesExtraSpaces { get; init; }

    public int BeginId { get; init; } = 1;

    /// <summary>Returns the content of the file.</summary>
    public byte[] ToBytes() => Message(model =>
    {
        WritePiece(model, "<unk>", 0, type: 2);
        WritePiece(model, "<s>", 0, type: 3);
        WritePiece(model, "</s>", 0, type: 3);
        for (int value = 0; value < 256 && HasBytes; value++)
            WritePiece(model, $"<0x{value:X2}>", 0, type: 6);
        foreach ((int rank, string piece) in Pieces.Index())
            WritePiece(model, piece, -rank, ExtraPieceType);
        WriteMessage(model, 2, trainer =>
        {
            WriteNumber(trainer, 3, ModelType);
            WriteNumber(trainer, 41, BeginId);
        });
        WriteMessage(model, 3, normalizer => WriteNumber(normalizer, 4, RemovesExtraSpaces ? 1 : 0));
    });

    private static void WritePiece(CodedOutputStream model, string text, float score, int type) => WriteMessage(model, 1, piece =>
    {
        piece.WriteTag(1, WireType.LengthDelimited);
        piece.WriteString(text);
        piece.WriteTag(2, WireType.Fixed32);
        piece.WriteFloat(score);
        WriteNumber(piece, 3, type);
    });

    private static void WriteNumber(CodedOutputStream message, int field, int value)
    {
        message.WriteTag(field, WireType.Varint);
        message.WriteInt32(value);
    }

    private static void WriteMessage(CodedOutputStream parent, int field, Action<CodedOutputStream> write)
    {
        parent.WriteTag(field, WireType.LengthDelimited);
        parent.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
            write(message);
        return bytes.ToArray();
    }
}
