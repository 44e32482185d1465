namespace Homer.Engine.Tokenizers;

/// <summary>
/// Byte-pair encoding: characters are merged into pieces, the best score first and among equal scores the leftmost, until no two neighbours
/// form a piece.
/// <para>
/// A text is merged in segments. Two neighbouring characters that stand side by side in no piece are never merged, however their text goes
/// on: a cut between them changes nothing, and a text of any length takes the memory of one segment, mostly a word.
/// </para>
/// </summary>
internal sealed class PieceMerger
{
    private const int CharactersBetweenChecks = 1 << 14;

    private readonly Dictionary<string, (int Id, float Score)> _pieces;
    private readonly IReadOnlyList<int> _byteIds;

    // Pairs of UTF-16 units that stand side by side in a piece.
    private readonly HashSet<uint> _joints = [];

    public PieceMerger(SentencePieceModel model)
    {
        _byteIds = model.ByteIds;
        _pieces = new(model.Pieces.Count);
        foreach ((int id, Piece piece) in model.Pieces.Index())
        {
            // Text is never merged into others, such as </s>.
            if (piece.Type != PieceType.Normal)
                continue;
            _pieces.Add(piece.Text, (id, piece.Score));
            for (int i = 1; i < piece.Text.Length; i++)
                _joints.Add(Joint(piece.Text[i - 1], piece.Text[i]));
        }
    }

    /// <summary>
    /// Appends the ids of a text, whose spaces become <see cref="SentencePieceModel.Space"/> and whose lone surrogates U+FFFD; a character
    /// without a piece becomes the bytes of its UTF-8.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="spaceBefore">Whether a space comes before the text.</param>
    /// <param name="ids">The list.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Encode(string text, bool spaceBefore, List<int> ids, CancellationToken cancellation)
    {
        var segment = new SegmentMerger(_pieces, _byteIds, cancellation);
        if (spaceBefore)
            segment.Append(SentencePieceModel.Space);
        for (int i = 0; i < text.Length; i++)
        {
            if (i % CharactersBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            char first = Written(text[i]);
            bool isPair = char.IsHighSurrogate(first) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (char.IsSurrogate(first) && !isPair)
                first = '\ufffd';
            if (segment.Length > 0 && !_joints.Contains(Joint(segment.Last, first)))
                segment.MoveTo(ids);
            segment.Append(first);
            if (isPair)
                segment.Append(text[++i]);
        }

        segment.MoveTo(ids);
    }

    /// <summary>
    /// Returns the last place at which a text that goes on can be cut in two, so that its parts have the ids of the whole; 0 where there is
    /// none.
    /// </summary>
    public int Settled(string text)
    {
        for (int i = text.Length - 1; i > 0; i--)
        {
            // Lone surrogates stand for another character.
            bool isBroken = char.IsSurrogate(text[i - 1]) || char.IsSurrogate(text[i]);
            if (!isBroken && !_joints.Contains(Joint(Written(text[i - 1]), Written(text[i]))))
                return i;
        }

        return 0;
    }

    private static char Written(char character) => character == ' ' ? SentencePieceModel.Space : character;

    private static uint Joint(char left, char right) => ((uint)left << 16) | right;
}
