using System.Text;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Reads the characters of tokens as bytes of UTF-8; what is none becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    /// <inheritdoc/>
    public bool Fuses => true;

    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next) => new Step(next);

    private sealed class Step(DecodingStep next) : DecodingStep
    {
        private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();

        internal override void Take(string token) => Convert(ByteAlphabet.Decode(token), flush: false);

        internal override void End()
        {
            Convert([], flush: true);
            next.End();
        }

        private void Convert(byte[] bytes, bool flush)
        {
            char[] text = new char[utf8.GetCharCount(bytes, flush)];
            utf8.GetChars(bytes, text, flush);
            if (text.Length > 0)
                next.Take(new(text));
        }
    }
}
