using System.Globalization;
using System.Text.Json;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;

namespace Homer.Engine.Tokenizers.Json;

/// <summary>
/// Reads the added tokens of a tokenizer.json and of the tokenizer_config.json beside it. As in the reference, a token of the vocabulary
/// keeps its id, and others get the next free one: what files say is the same where they are right.
/// </summary>
internal sealed class AddedTokenReader(Vocabulary vocabulary)
{
    // Searching takes up to this many steps a character.
    private const int LongestToken = 4096;
    private const int MostTokens = 1_000_000;

    private readonly List<AddedToken> tokens = [];
    private readonly HashSet<string> texts = [];
    private readonly HashSet<int> ids = [];
    private int last = -1;

    /// <summary>The tokens so far.</summary>
    internal IReadOnlyList<AddedToken> Tokens => tokens;

    /// <summary>Adds the list of a tokenizer.json.</summary>
    /// <exception cref="HomerException">It is broken.</exception>
    internal void AddList(JsonPart list)
    {
        foreach (JsonPart item in list.Items())
            Add(item, preferred: null);
    }

    /// <summary>Adds the tokens of an added_tokens_decoder that are not there yet, under its ids.</summary>
    /// <exception cref="HomerException">It is broken.</exception>
    internal void AddDecoder(JsonPart decoder)
    {
        if (decoder.Value.ValueKind != JsonValueKind.Object)
            throw decoder.Invalid("is not an object");
        List<(int Id, JsonPart Token)> found = [];
        foreach (JsonProperty entry in decoder.Value.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw decoder.Invalid($"has {Quoted.Text(entry.Name)} in the place of an id");
            found.Add((id, decoder.Required(entry.Name)));
        }

        foreach ((int id, JsonPart token) in found.OrderBy(entry => entry.Id))
            Add(token, id);
    }

    private void Add(JsonPart item, int? preferred)
    {
        string text = item.RequiredText("content");
        if (text.Length > LongestToken)
            throw item.Invalid($"has {text.Length} characters, more than the {LongestToken} that Homer searches for");
        if (tokens.Count == MostTokens)
            throw item.Invalid("is one of more added tokens than Homer takes");
        if (text.Length == 0 || !texts.Add(text))
            return;
        int id = vocabulary.Find(text) is >= 0 and var own ? own : NextId(preferred);
        last = Math.Max(last, id);
        ids.Add(id);
        tokens.Add(new(id, text)
        {
            IsSpecial = item.Flag("special", false),
            IsSingleWord = item.Flag("single_word", false),
            StripsLeft = item.Flag("lstrip", false),
            StripsRight = item.Flag("rstrip", false),
            IsNormalized = item.Flag("normalized", preferred is not null && !item.Flag("special", false)),
        });
    }

    private int NextId(int? preferred)
    {
        bool isFree = preferred is { } id && id < vocabulary.Size + MostTokens && vocabulary.TextOf(id) is null && !ids.Contains(id);
        return isFree ? preferred!.Value : Math.Max(last + 1, vocabulary.Count);
    }
}
