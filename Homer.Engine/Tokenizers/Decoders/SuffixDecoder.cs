namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Reads a suffix of tokens as a space, and leaves it out at the end of the text.</summary>
internal sealed class SuffixDecoder(string suffix) : IDecoder
{
    private string Suffix => suffix;

    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next) => new Step(this, next);

    private sealed class Step(SuffixDecoder decoder, DecodingStep next) : DecodingStep
    {
        private string? last;

        internal override void Take(string token)
        {
            Give(" ");
            last = token;
        }

        internal override void End()
        {
            Give("");
            next.End();
        }

        private void Give(string space)
        {
            if (last is not null)
                next.Take(decoder.Suffix.Length == 0 ? last : last.Replace(decoder.Suffix, space, StringComparison.Ordinal));
            last = null;
        }
    }
}
