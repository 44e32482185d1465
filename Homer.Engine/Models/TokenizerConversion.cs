using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Files;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Tokenizers.Json;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Models;

/// <summary>
/// Writes the tokenizer and the chat templates of a GGUF file as tokenizer.json and tokenizer_config.json, which encode, decode and ask as
/// the file does.
/// </summary>
internal static class TokenizerConversion
{
    /// <summary>The files that may be written.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [TokenizerJson.FileName, TokenizerConfig.FileName];

    // transformers takes the post-processor of such a folder as it is.
    private const string TokenizerClass = "PreTrainedTokenizerFast";

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the files.</summary>
    /// <param name="file">The GGUF file, or the first of its parts.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="window">The most tokens of a sequence.</param>
    /// <param name="notes">Receives sentences that users should know.</param>
    /// <returns>Whether there are a tokenizer and a chat template.</returns>
    public static (bool HasTokenizer, bool HasTemplate) Write(string file, NewFolder folder, int window, List<string> notes)
    {
        using GgufParts parts = GgufParts.Open(file);
        if (!parts.Keys.Has(GgufTokens.TextsKey))
            return (false, false);
        ChatTemplates templates = ChatTemplates.Read(file);
        try
        {
            GgufTokenizerParts tokenizer = GgufTokenizer.Read(parts.Keys);
            if (tokenizer.Merges() is not { } merges)
            {
                throw new HomerException(
                    $"'{parts.Path}' has a tokenizer whose scores no list of merges can stand for, so the folder has none; use the file.");
            }

            notes.AddRange(tokenizer.Notes);
            int[] repeated = [.. tokenizer.Repeated().Take(1)];
            if (repeated.Length > 0)
            {
                notes.Add(
                    $"token {repeated[0]} has the text of another token, which {TokenizerJson.FileName} cannot hold, so such tokens stand "
                    + "for nothing in the folder");
            }

            AtomicFile.Write(folder[TokenizerJson.FileName], stream => tokenizer.Write(stream, merges));
            JsonObject config = Config(tokenizer, templates, window);
            AtomicFile.Write(
                folder[TokenizerConfig.FileName], stream => JsonSerializer.Serialize(stream, config, Readable));
            return (true, templates.Names.Count > 0);
        }
        catch (HomerException e) when (e is not ChatTemplateException)
        {
            notes.Add(e.Message.TrimEnd('.'));
            return (false, false);
        }
    }

    private static JsonObject Config(GgufTokenizerParts tokenizer, ChatTemplates templates, int window)
    {
        var config = new JsonObject
        {
            ["add_bos_token"] = tokenizer.Ends.Before.Count > 0,
            ["add_eos_token"] = tokenizer.Ends.After.Count > 0,
        };
        foreach ((string name, string text) in templates.Tokens)
            config[name] = text;
        config["clean_up_tokenization_spaces"] = false;
        config["model_max_length"] = window;
        config["tokenizer_class"] = TokenizerClass;
        if (templates.ToJson() is { } json)
            config["chat_template"] = json;
        return config;
    }
}
