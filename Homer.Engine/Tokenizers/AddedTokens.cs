using System.Globalization;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// The tokens that a fine-tune added to a vocabulary, in added_tokens.json (<c>{"&lt;|im_end|&gt;": 32000}</c>) or in
/// tokenizer_config.json (<c>"added_tokens_decoder": {"32000": {"content": "&lt;|im_end|&gt;", "special": true}}</c>).
/// </summary>
internal static class AddedTokens
{
    private const string FileName = "added_tokens.json";

    // Ids far beyond the vocabulary would make a table of them as long.
    private const int MostBeyond = 1 << 16;

    /// <summary>A token that was added.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Text">Its name, which is its text unless it is special.</param>
    /// <param name="IsSpecial">True if it stands for no text.</param>
    internal readonly record struct Token(int Id, string Text, bool IsSpecial);

    /// <summary>Reads the added tokens of a folder, in ascending order of their ids; empty names are passed over.</summary>
    /// <param name="modelFolder">The folder.</param>
    /// <param name="vocabulary">The number of tokens before any was added.</param>
    /// <exception cref="HomerException">A file is broken, or gives one id two names.</exception>
    public static IReadOnlyList<Token> Read(string modelFolder, int vocabulary)
    {
        SortedDictionary<int, Token> tokens = [];
        string config = Path.Combine(modelFolder, TokenizerConfig.FileName), list = Path.Combine(modelFolder, FileName);
        if (File.Exists(config))
            JsonFile.Read(config, json => Add(ReadDecoder(config, json), config));
        if (File.Exists(list))
            JsonFile.Read(list, json => Add(ReadList(list, json), list));
        return [.. tokens.Values];

        bool Add(IEnumerable<Token> found, string path)
        {
            foreach (Token token in found)
            {
                if (token.Text.Length == 0)
                    continue;
                if (token.Id < 0 || token.Id >= vocabulary + MostBeyond)
                    throw Invalid(path, $"the token {Quoted.Text(token.Text)} has the id {token.Id}, far beyond the vocabulary");
                if (!tokens.TryAdd(token.Id, token) && tokens[token.Id].Text != token.Text)
                    throw Invalid(
                        path, $"the id {token.Id} has two names, {Quoted.Text(tokens[token.Id].Text)} and {Quoted.Text(token.Text)}");
            }

            return true;
        }
    }

    private static IEnumerable<Token> ReadDecoder(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("added_tokens_decoder", out JsonElement decoder)
            || decoder.ValueKind == JsonValueKind.Null)
            yield break;
        if (decoder.ValueKind != JsonValueKind.Object)
            throw Invalid(path, "its added_tokens_decoder is not an object");
        foreach (JsonProperty entry in decoder.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || entry.Value.ValueKind != JsonValueKind.Object
                || !entry.Value.TryGetProperty("content", out JsonElement content) || content.ValueKind != JsonValueKind.String)
                throw Invalid(path, $"{Quoted.Text(entry.Name)} in its added_tokens_decoder is not an id with a content");
            bool isSpecial = entry.Value.TryGetProperty("special", out JsonElement special) && special.ValueKind == JsonValueKind.True;
            yield return new(id, content.GetString()!, isSpecial);
        }
    }

    // This older file does not say which tokens are special; nearly all of them are.
    private static IEnumerable<Token> ReadList(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Invalid(path, "it is not a JSON object");
        foreach (JsonProperty entry in json.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id))
                throw Invalid(path, $"{Quoted.Text(entry.Name)} has no id");
            yield return new(id, entry.Name, IsSpecial: true);
        }
    }

    private static HomerException Invalid(string path, string what) =>
        new($"{Quoted.Path(path)} is not a valid list of tokens: {what}; download it again.");
}
