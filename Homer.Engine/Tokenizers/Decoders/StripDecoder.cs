using System.Text;

namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Removes a character from the ends of every token, up to a number of times.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    private char Content => content;

    private int Stop => stop;

    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart begin, DecodingStep next) => begin.IsFused
        // At the beginning of a text stands the space that encoding put there.
        ? new Text(this, begin.Continues ? 0 : start, next)
        : new TokenwiseDecoder((token, _) => Strip(token)).Open(begin, next);

    private string Strip(string token)
    {
        int from = 0, to = token.Length;
        while (from < Math.Min(start, token.Length) && token[from] == content)
            from++;
        while (token.Length - to < Math.Min(stop, token.Length) && token[to - 1] == content)
            to--;
        return from < to ? token[from..to] : "";
    }

    private sealed class Text(StripDecoder decoder, int start, DecodingStep next) : DecodingStep
    {
        // What may be the end of the text.
        private readonly StringBuilder held = new();
        private int left = start;

        internal override void Take(string token)
        {
            int from = 0;
            while (left > 0 && from < token.Length)
            {
                if (token[from] != decoder.Content)
                    break;
                from++;
                left--;
            }

            if (from < token.Length)
                left = 0;
            held.Append(token, from, token.Length - from);
            int end = held.Length;
            while (held.Length - end < decoder.Stop && end > 0 && held[end - 1] == decoder.Content)
                end--;
            if (end == 0)
                return;
            next.Take(held.ToString(0, end));
            held.Remove(0, end);
        }

        internal override void End() => next.End();
    }
}
