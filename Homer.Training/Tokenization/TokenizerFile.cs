using Google.Protobuf;
using Homer.Engine.Files;
using static Google.Protobuf.WireFormat;

namespace Homer.Training.Tokenization;

/// <summary>
/// Writes <c>tokenizer.model</c> in the format of SentencePiece, a protocol buffer:
/// https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto. The vocabulary consists of three control pieces, the
/// 256 bytes and the learned pieces, each with a lower score than the one before.
/// </summary>
internal static class TokenizerFile
{
    /// <summary>The number of pieces with which every vocabulary begins: control pieces and bytes.</summary>
    public const int FixedPieces = 3 + 256;

    // The value of ModelType.
    private const int Bpe = 2;

    // The values of Type.
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int Byte = 6;

    /// <summary>Writes the file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="pieces">The merged pieces in the order in which they were merged, then single characters.</param>
    public static void Write(string path, IReadOnlyList<string> pieces) => AtomicFile.Write(path, stream =>
    {
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        WritePiece(output, "<unk>", 0, Unknown);
        WritePiece(output, "<s>", 0, Control);
        WritePiece(output, "</s>", 0, Control);
        for (int value = 0; value < 256; value++)
            WritePiece(output, $"<0x{value:X2}>", 0, Byte);
        foreach ((int rank, string piece) in pieces.Index())
            WritePiece(output, piece, -rank, Normal);
        WriteMessage(output, 2, trainer =>
        {
            WriteNumber(trainer, 3, Bpe);
            WriteNumber(trainer, 4, FixedPieces + pieces.Count); // vocab_size
            WriteNumber(trainer, 25, 1); // split_digits
            WriteNumber(trainer, 35, 1); // byte_fallback
            WriteNumber(trainer, 40, 0); // unk_id
            WriteNumber(trainer, 41, 1); // bos_id
            WriteNumber(trainer, 42, 2); // eos_id
            WriteNumber(trainer, 43, -1); // pad_id
        });
        WriteMessage(output, 3, normalizer =>
        {
            WriteText(normalizer, 1, "identity");
            WriteNumber(normalizer, 3, 1); // add_dummy_prefix
            WriteNumber(normalizer, 4, 0); // remove_extra_whitespaces
            WriteNumber(normalizer, 5, 1); // escape_whitespaces
        });
    });

    private static void WritePiece(CodedOutputStream output, string text, float score, int type) => WriteMessage(output, 1, piece =>
    {
        WriteText(piece, 1, text);
        piece.WriteTag(2, WireType.Fixed32);
        piece.WriteFloat(score);
        WriteNumber(piece, 3, type);
    });

    private static void WriteText(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void WriteNumber(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireType.Varint);
        output.WriteInt32(value);
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var nested = new CodedOutputStream(memory, leaveOpen: true))
            write(nested);
        output.WriteTag(field, WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(memory.ToArray()));
    }
}
