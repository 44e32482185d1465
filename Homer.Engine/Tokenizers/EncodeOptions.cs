namespace Homer.Engine.Tokenizers;

/// <summary>The treatment of special tokens, the marks of a model, in encoding.</summary>
/// <param name="AddSpecial">True to add those that begin and end a sequence, as the tokenizer's post-processor says.</param>
/// <param name="ParseSpecial">
/// True to read those that are written in the text as tokens, as prompts need; false to spell them out, as documents need.
/// </param>
public readonly record struct EncodeOptions(bool AddSpecial = false, bool ParseSpecial = false)
{
    /// <summary>
    /// The parts of the text that come from documents, messages and other data: sorted, disjoint ranges of UTF-16 units. Special tokens and
    /// <see cref="Marks"/> that have a character there are spelled out. Null for none.
    /// </summary>
    public IReadOnlyList<Range>? Data { get; init; }

    /// <summary>The texts of tokens that are no special ones and count as such: those that a chat template writes. Null for none.</summary>
    public IReadOnlySet<string>? Marks { get; init; }

    /// <summary>Stops the work soon.</summary>
    public CancellationToken Cancellation { get; init; }
}
