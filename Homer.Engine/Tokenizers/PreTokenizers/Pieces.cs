namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>A text that is being cut into words, which may leave out parts of it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Items">The words so far, as places in the text, in order; none is empty.</param>
/// <param name="IsAtStart">Whether the text is the beginning of what is encoded.</param>
internal sealed record Pieces(string Text, List<(int Begin, int Length)> Items, bool IsAtStart)
{
    /// <summary>Stops the work soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Returns a text as a single word.</summary>
    internal static Pieces Of(string text, bool isAtStart) => new(text, text.Length == 0 ? [] : [(0, text.Length)], isAtStart);

    /// <summary>Returns the text of a word.</summary>
    internal ReadOnlySpan<char> this[(int Begin, int Length) item] => Text.AsSpan(item.Begin, item.Length);
}

/// <summary>Cuts words into smaller ones, which merges do not cross. Safe to share between threads.</summary>
internal interface IPreTokenizer
{
    /// <summary>Returns the words cut, in order.</summary>
    Pieces Split(Pieces pieces);
}

/// <summary>Several pre-tokenizers, one after the other.</summary>
internal sealed record PreTokenizerSequence(IReadOnlyList<IPreTokenizer> Steps) : IPreTokenizer
{
    /// <inheritdoc/>
    public Pieces Split(Pieces pieces) => Steps.Aggregate(pieces, (current, step) => step.Split(current));
}
