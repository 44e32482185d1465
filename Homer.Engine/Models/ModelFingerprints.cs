using System.Security.Cryptography;
using System.Text;
using Homer.Engine.Files;
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

    private static readonly string[] TemplateFiles = ["homer-prompt.json", "chat_template.jinja", "chat_template.json"];

    // Keys of GGUF files; there may be several templates, and a list of their names.
    private const string TokenizerPrefix = "tokenizer.";
    private const string TemplatePrefix = "tokenizer.chat_template";

    private readonly WeightFiles files;
    private readonly Lazy<string> configuration, tokenizer, template;

    internal ModelFingerprints(WeightFiles files, ModelConfig config, string? folder)
    {
        this.files = files;
        configuration = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ConfigurationText.Of(config)))));
        tokenizer = new(() => OfKeys(isTemplate: false) ?? OfFiles(folder, TokenizerFiles));
        template = new(() => OfKeys(isTemplate: true) ?? OfFiles(folder, TemplateFiles));
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

    /// <summary>Returns the hash of the keys of a GGUF file, in ordinal order; null for a folder.</summary>
    private string? OfKeys(bool isTemplate)
    {
        if (files.Keys is not { } keys)
            return null;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        keys.AppendTo(hash, keys.Names.Where(IsPart).Order(StringComparer.Ordinal));
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
            if (!File.Exists(path))
                continue;
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

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
