using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>The tokens of a model by text and by id.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly int[] ofCharacter = new int[char.MaxValue + 1];
    private readonly string?[] texts;

    /// <summary>Creates a vocabulary.</summary>
    /// <param name="ids">The id of each token.</param>
    /// <param name="size">One more than the largest id; ids may be missing.</param>
    internal Vocabulary(Dictionary<string, int> ids, int size)
        : this(ids, new string?[size])
    {
        foreach ((string text, int id) in ids)
            texts[id] = text;
    }

    /// <summary>Creates a vocabulary some of whose tokens only decode.</summary>
    /// <param name="ids">The id of each token.</param>
    /// <param name="texts">The text of each id.</param>
    internal Vocabulary(Dictionary<string, int> ids, IEnumerable<string?> texts)
    {
        this.ids = ids;
        this.texts = [.. texts];
        lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        Array.Fill(ofCharacter, -1);
        foreach ((string text, int id) in ids)
        {
            if (text.Length == 1)
                ofCharacter[text[0]] = id;
        }
    }

    /// <summary>One more than the largest id.</summary>
    internal int Size => texts.Length;

    /// <summary>The number of tokens.</summary>
    internal int Count => ids.Count;

    /// <summary>The tokens and their ids.</summary>
    internal IReadOnlyDictionary<string, int> Ids => ids;

    /// <summary>Returns the text of a token; null for an id without one.</summary>
    internal string? TextOf(int id) => (uint)id < (uint)texts.Length ? texts[id] : null;

    /// <summary>Returns the id of a token; -1 where there is none.</summary>
    internal int Find(ReadOnlySpan<char> text) => text.Length == 1 ? ofCharacter[text[0]] : lookup.TryGetValue(text, out int id) ? id : -1;

    /// <summary>Returns the id of a token of one character; -1 where there is none.</summary>
    internal int FindAt(ReadOnlySpan<char> text, int at) =>
        char.IsSurrogate(text[at]) ? Find(text.Slice(at, CodePoints.Length(CodePoints.At(text, at)))) : ofCharacter[text[at]];
}
