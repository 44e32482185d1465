namespace Homer.Engine.Tokenizers;

/// <summary>Settings of encoding for special tokens, the marks of a model.</summary>
/// <param name="AddSpecial">True to add those that begin and end a sequence, as the tokenizer's post-processor says.</param>
/// <param name="ParseSpecial">
/// True to read those that are written in the text as tokens, as prompts need; false to spell them out, as documents need.
/// </param>
public readonly record struct EncodeOptions(bool AddSpecial = false, bool ParseSpecial = false)
{
    /// <summary>
    /// Ids of added tokens whose names are spelled out like any text though they are not special, such as the marks that a chat template
    /// writes around thoughts; null for none.
    /// </summary>
    public IReadOnlySet<int>? AsText { get; init; }
}
