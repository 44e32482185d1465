namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>Makes a single text of all tokens; its pieces pass as they come.</summary>
internal sealed class FuseDecoder : IDecoder
{
    /// <inheritdoc/>
    public bool Fuses => true;

    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next) => next;
}
