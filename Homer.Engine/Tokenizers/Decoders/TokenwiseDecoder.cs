using System.Text;

namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Decodes every token by itself.</summary>
/// <param name="convert">
/// Returns the text of a token; the flag says that it is the first one. Of a single text that arrives in pieces it gets the whole.
/// </param>
/// <param name="isPiecewise">True if pieces of a token give the same as the token whole.</param>
internal sealed class TokenwiseDecoder(Func<string, bool, string> convert, bool isPiecewise = false) : IDecoder
{
    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next) =>
        start.IsFused && !isPiecewise ? new Whole(convert, start.Continues, next) : new Tokens(convert, start.Continues, next);

    private sealed class Tokens(Func<string, bool, string> convert, bool continues, DecodingStep next) : DecodingStep
    {
        private bool isFirst = !continues;

        internal override void Take(string token)
        {
            next.Take(convert(token, isFirst));
            isFirst = false;
        }

        internal override void End() => next.End();
    }

    private sealed class Whole(Func<string, bool, string> convert, bool continues, DecodingStep next) : DecodingStep
    {
        private readonly StringBuilder text = new();

        internal override void Take(string token) => text.Append(token);

        internal override void End()
        {
            next.Take(convert(text.ToString(), !continues));
            next.End();
        }
    }
}
