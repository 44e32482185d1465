namespace Homer.Engine.Tokenizers.PreTokenizers;

/// <summary>A text that is being cut into words, which may leave out parts of it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Items">The words so far, as places in the text, in order; none is empty.</param>
/// <param name="IsAtStart">Whether the text is the beginning of what is encoded.</param>
internal sealed record Pieces(string Text, List<(int Begin, int Length)> Items, bool IsAtStart)
{
    /// <summary>Whether the text goes on from one before it, so that its first word has no beginning.</summary>
    public bool Continues { get; init; }

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
    /// <summary>The steps that it consists of.</summary>
    IEnumerable<IPreTokenizer> Steps => [this];

    /// <summary>Returns the words cut, in order.</summary>
    Pieces Split(Pieces pieces);
}

/// <summary>A step that cuts words and leaves their text as it is.</summary>
internal interface ICutter : IPreTokenizer
{
    /// <summary>Cuts a text that may go on.</summary>
    /// <param name="pieces">The text as a single word.</param>
    /// <param name="settled">
    /// The place up to which the words stay as they are, however the text goes on, and at which the rest can be cut by itself.
    /// </param>
    Pieces Split(Pieces pieces, out int settled);
}

/// <summary>Several pre-tokenizers, one after the other.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> members) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<IPreTokenizer> Steps => members.SelectMany(member => member.Steps);

    /// <inheritdoc/>
    public Pieces Split(Pieces pieces) => members.Aggregate(pieces, (current, step) => step.Split(current));
}
