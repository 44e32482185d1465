using System.Text;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// Decodes ids one at a time. A token may hold a part of a character: its bytes wait until the character is complete, or cannot be
/// completed and becomes U+FFFD, so that text that was printed never changes.
/// </summary>
public sealed class StreamingDecoder
{
    private readonly TextStream stream;

    /// <summary>Creates a decoder at the beginning of its ids.</summary>
    /// <param name="pieces">The UTF-8 bytes that each id stands for: none for a control token, a part of a character for others.</param>
    /// <param name="dropSpace">True to leave out a space at the very beginning.</param>
    public StreamingDecoder(IReadOnlyList<byte[]> pieces, bool dropSpace)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        stream = new BytePieces(pieces, dropSpace);
    }

    /// <summary>Creates a decoder of a tokenizer that decodes in another way.</summary>
    internal StreamingDecoder(TextStream stream) => this.stream = stream;

    /// <summary>Takes the next id and returns the text that is now complete, often empty.</summary>
    /// <param name="id">The id; an id outside the vocabulary, as padded models may produce, stands for no text.</param>
    public string Append(int id) => stream.Append(id);

    /// <summary>Ends the text, and returns U+FFFD for an incomplete character.</summary>
    public string Flush() => stream.Flush();

    private sealed class BytePieces(IReadOnlyList<byte[]> pieces, bool dropSpace) : TextStream
    {
        private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();
        private bool dropsSpace = dropSpace;

        internal override string Append(int id)
        {
            ReadOnlySpan<byte> bytes = id >= 0 && id < pieces.Count ? pieces[id] : [];
            if (dropsSpace && bytes.Length > 0)
            {
                dropsSpace = false;
                if (bytes[0] == (byte)' ')
                    bytes = bytes[1..];
            }

            return Convert(bytes, flush: false);
        }

        internal override string Flush() => Convert([], flush: true);

        private string Convert(ReadOnlySpan<byte> bytes, bool flush)
        {
            char[] text = new char[utf8.GetCharCount(bytes, flush)];
            utf8.GetChars(bytes, text, flush);
            return new string(text);
        }
    }
}
