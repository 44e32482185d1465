using System.Collections.Concurrent;
using Homer.Engine.Tokenizers;

namespace Homer.Training.Documents;

/// <summary>
/// Encodes texts word by word and keeps the tokens of each word, which is possible because no piece reaches across a space. Thread-safe.
/// </summary>
internal sealed class WordEncoder(ITokenizer tokenizer)
{
    private const int MostWords = 1 << 17;

    private readonly ConcurrentDictionary<string, int[]> known = new();

    /// <summary>The begin-of-sequence token.</summary>
    public int BeginOfSequence { get; } = tokenizer.BeginOfSequence
        ?? throw new HomerException("The tokenizer has no token that begins a sequence.");

    /// <summary>The end-of-sequence token.</summary>
    public int EndOfSequence { get; } = tokenizer.EndOfSequence
        ?? throw new HomerException("The tokenizer has no token that ends a sequence.");

    /// <summary>Returns the token ids of a text.</summary>
    public int[] Encode(string text) => [.. text.Split(' ').SelectMany(Word)];

    private int[] Word(string word)
    {
        if (known.TryGetValue(word, out int[]? ids))
            return ids;
        if (known.Count >= MostWords)
            known.Clear();
        return known[word] = tokenizer.Encode(word);
    }
}
