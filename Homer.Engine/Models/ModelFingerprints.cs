using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// The hashes that identify a model, part by part, in lower-case hexadecimal digits (SHA-256). Each is computed when it is first asked for.
/// </summary>
public sealed class ModelFingerprints
{
    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.model", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "vocab.txt", "merges.txt",
    ];

    // Keys of GGUF files; there may be several templates, and a list of their names.
    private const string TokenizerPrefix = "tokenizer.";
    private const string TemplatePrefix = "tokenizer.chat_template";

    private readonly WeightFiles files;
    private readonly Lazy<string> configuration, tokenizer, template;

    internal ModelFingerprints(WeightFiles files, ModelConfig config, string? folder)
    {
        this.files = files;
        configuration = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ConfigurationText.Of(config)))));
        tokenizer = new(() => OfKeys(isTemplate: false, prompt: null) ?? OfFiles(folder, TokenizerFiles));
        template = new(() =>
            OfKeys(isTemplate: true, folder is null ? null : PromptFile.Of(folder)) ?? OfFiles(folder, TemplatesIn(folder)));
    }

    /// <summary>The hash of every byte of the weights; see <see cref="WeightFiles.Fingerprint"/>.</summary>
    public string Weights => files.Fingerprint;

    /// <summary>The hash of the settings that change results, however config.json writes them.</summary>
    public string Configuration => configuration.Value;

    /// <summary>The hash of the tokenizer's files, or of its keys in a GGUF file.</summary>
    /// <exception cref="HomerException">One of the files cannot be read.</exception>
    public string Tokenizer => tokenizer.Value;

    /// <summary>The hash of the prompt template's files, or of its keys in a GGUF file.</summary>
    /// <exception cref="HomerException">One of the files cannot be read.</exception>
    public string Template => template.Value;

    // Named templates come last, so that folders without any have the hash that they always had.
    private static string[] TemplatesIn(string? folder) => folder is null ? [] :
        [PromptFile.Name, TemplateFiles.Main, TemplateFiles.OfProcessor, .. TemplateFiles.Named(folder).Select(named => named.File)];

    /// <summary>
    /// Returns the hash of the keys of a GGUF file, in ordinal order, and of the words that lie beside it; null for a folder.
    /// </summary>
    private string? OfKeys(bool isTemplate, string? prompt)
    {
        if (files.Keys is not { } keys)
            return null;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        keys.AppendTo(hash, keys.Names.Where(IsPart).Order(StringComparer.Ordinal));
        if (prompt is not null)
            Append(hash, PromptFile.Name, prompt);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        bool IsPart(string key) => key.StartsWith(TokenizerPrefix, StringComparison.Ordinal)
            && isTemplate == key.StartsWith(TemplatePrefix, StringComparison.Ordinal);
    }

    private static string OfFiles(string? folder, string[] names)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in folder is null ? [] : names)
        {
            string path = Path.Combine(folder!, name);
            if (File.Exists(path))
                Append(hash, name, path);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string name, string path)
    {
        try
        {
            byte[] content = File.ReadAllBytes(path);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {content.LongLength} "));
            hash.AppendData(content);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }
}
