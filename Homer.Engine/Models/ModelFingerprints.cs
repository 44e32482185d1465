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

    private readonly WeightFiles files;
    private readonly Lazy<string> configuration, tokenizer, template;

    internal ModelFingerprints(WeightFiles files, ModelConfig config, string? folder)
    {
        this.files = files;
        configuration = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ConfigurationText.Of(config)))));
        tokenizer = new(() => OfFiles(folder, TokenizerFiles));
        template = new(() => OfFiles(folder, TemplateFiles));
    }

    /// <summary>The hash of every byte of the weights; see <see cref="WeightFiles.Fingerprint"/>.</summary>
    public string Weights => files.Fingerprint;

    /// <summary>The hash of the settings that change results, however config.json writes them.</summary>
    public string Configuration => configuration.Value;

    /// <summary>The hash of the tokenizer's files.</summary>
    /// <exception cref="HomerException">One of them cannot be read.</exception>
    public string Tokenizer => tokenizer.Value;

    /// <summary>The hash of the prompt template's files.</summary>
    /// <exception cref="HomerException">One of them cannot be read.</exception>
    public string Template => template.Value;

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
