namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>
/// Places where a word can be cut without changing its tokens: between two characters that stand side by side in no token, no merge
/// reaches across. So long words, and whole texts of models that cut none, become short ones, which are remembered.
/// </summary>
internal sealed class WordCuts
{
    // One bit for each hash of two neighbours. Where hashes agree, a place to cut is missed, which costs time and no more.
    private const int HashBits = 22;

    private readonly Vocabulary vocabulary;
    private readonly ulong[] neighbours = new ulong[1 << (HashBits - 6)];

    internal WordCuts(Vocabulary vocabulary)
    {
        this.vocabulary = vocabulary;
        foreach (string token in vocabulary.Ids.Keys)
        {
            for (int i = 1; i < token.Length; i++)
            {
                int hash = Hash(token[i - 1], token[i]);
                neighbours[hash >> 6] |= 1ul << (hash & 63);
            }
        }
    }

    /// <summary>Returns the length of the first part of a word.</summary>
    internal int Next(ReadOnlySpan<char> word)
    {
        for (int i = 1; i < word.Length; i++)
        {
            if (IsCut(word[i - 1], word[i]))
                return i;
        }

        return word.Length;
    }

    /// <summary>Returns the place where the last part of a word begins; 0 where it has one part.</summary>
    internal int Last(ReadOnlySpan<char> word)
    {
        int i = word.Length - 1;
        while (i > 0 && !IsCut(word[i - 1], word[i]))
            i--;
        return Math.Max(i, 0);
    }

    private bool IsCut(char left, char right)
    {
        int hash = Hash(left, right);
        // Characters without a token may be written together, or as bytes, which might merge.
        return (neighbours[hash >> 6] >> (hash & 63) & 1) == 0 && IsKnown(left) && IsKnown(right);
    }

    private bool IsKnown(char character) => !char.IsSurrogate(character) && vocabulary.Find([character]) >= 0;

    private static int Hash(char left, char right) => (int)(((uint)left << 16 | right) * 0x9e3779b1u >> (32 - HashBits));
}
