using System.Text;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;
using static Google.Protobuf.WireFormat;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// Byte-pair encoding: characters are merged into pieces, the best score first, until no two neighbours form a piece.
/// <para>
/// Microsoft.ML.Tokenizers merges, over reversed text and pieces. Among merges of equal score SentencePiece takes the leftmost and the
/// package takes the rightmost, so that "!!!!!" would come out as "!!!", "!!" instead of "!!", "!!!". In reversed text the package's
/// rightmost merge is SentencePiece's leftmost.
/// </para>
/// </summary>
internal sealed class PieceMerger
{
    private readonly LlamaTokenizer _mirrored;
    private readonly IReadOnlyList<int> _byteIds;

    public PieceMerger(SentencePieceModel model)
    {
        _byteIds = model.ByteIds;
        _mirrored = LlamaTokenizer.Create(new MemoryStream(MirroredModel(model.Pieces)), addBeginOfSentence: false);
    }

    /// <summary>The id that the package returns for a character without a piece; it returns the id for nothing else.</summary>
    private int Unknown => _byteIds[0];

    /// <summary>Appends the ids of a normalized text; a character without a piece becomes the bytes of its UTF-8.</summary>
    public void Encode(string normalized, List<int> ids)
    {
        string text = Mirror(normalized);
        IReadOnlyList<EncodedToken> tokens = _mirrored.EncodeToTokens(text, out _, considerNormalization: false);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (EncodedToken token in tokens.Reverse())
        {
            if (token.Id != Unknown)
            {
                ids.Add(token.Id);
                continue;
            }

            int length = Rune.GetRuneAt(text, token.Offset.Start.Value).EncodeToUtf8(utf8);
            foreach (byte value in utf8[..length])
                ids.Add(_byteIds[value]);
        }
    }

    /// <summary>Returns the characters of a text in reverse order; a lone surrogate becomes U+FFFD.</summary>
    private static string Mirror(string text) => string.Create(text.Length, text, (mirror, text) =>
    {
        int end = mirror.Length;
        foreach (Rune character in text.EnumerateRunes())
        {
            end -= character.Utf16SequenceLength;
            character.EncodeToUtf16(mirror[end..]);
        }
    });

    /// <summary>
    /// Returns a SentencePiece model whose pieces are reversed. Pieces into which text must never be merged, such as &lt;/s&gt;, get names
    /// that begin with a space, which a normalized text does not contain.
    /// </summary>
    private byte[] MirroredModel(IReadOnlyList<Piece> pieces)
    {
        using var file = new MemoryStream();
        using var output = new CodedOutputStream(file);
        foreach ((int id, Piece piece) in pieces.Index())
        {
            string text = piece.Type == PieceType.Normal ? Mirror(piece.Text) : $" {id}";
            output.WriteTag(1, WireType.LengthDelimited); // pieces
            output.WriteLength(2 + CodedOutputStream.ComputeStringSize(text) + CodedOutputStream.ComputeFloatSize(piece.Score));
            output.WriteTag(1, WireType.LengthDelimited);
            output.WriteString(text);
            output.WriteTag(2, WireType.Fixed32);
            output.WriteFloat(piece.Score);
        }

        output.WriteTag(2, WireType.LengthDelimited); // trainer_spec
        output.WriteLength(4 + CodedOutputStream.ComputeInt32Size(Unknown));
        output.WriteTag(3, WireType.Varint); // model_type
        output.WriteEnum((int)ModelType.Bpe);
        output.WriteTag(40, WireType.Varint); // unk_id
        output.WriteInt32(Unknown);
        output.WriteTag(3, WireType.LengthDelimited); // normalizer_spec
        output.WriteLength(0);
        output.Flush();
        return file.ToArray();
    }
}
