namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Encodes sections as the pieces of SentencePiece.</summary>
/// <param name="merger">Merges characters to pieces.</param>
/// <param name="addsSpace">Whether a section gets a space in front.</param>
/// <param name="ids">Receives the tokens.</param>
/// <param name="cancellation">Stops the work soon.</param>
internal sealed class PieceStage(PieceMerger merger, bool addsSpace, IdList ids, CancellationToken cancellation) : PendingStage
{
    // SentencePiece writes a space like this character.
    private readonly string space = addsSpace ? " " : "";

    /// <inheritdoc/>
    protected override string Prepare(string text, bool isAtStart) => HasBegun ? text : space + text;

    /// <inheritdoc/>
    protected override int Encode(string text, bool isEnd)
    {
        int settled = isEnd ? text.Length : merger.Settled(text);
        if (settled == 0)
            return 0;
        List<int> found = [];
        merger.Encode(text[..settled], spaceBefore: false, found, cancellation);
        ids.AddRange(found);
        return settled;
    }
}
