using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>The tokenizers of real models with recorded encodings, in shared/tokenizers/hf.</summary>
internal static class GoldFamilies
{
    private static readonly ConcurrentDictionary<string, Lazy<ITokenizer>> Loaded = [];

    /// <summary>The names of all families; none on a machine without them.</summary>
    internal static IReadOnlyList<string> Names { get; } = SharedData.TryFind("tokenizers/hf") is { } root
        ? [.. Directory.GetDirectories(root).Where(HasEncodings).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Returns the tokenizer of a family, loaded once.</summary>
    internal static ITokenizer Load(string family) => Loaded.GetOrAdd(family, name => new(() =>
    {
        using TemporaryFolder folder = Unpack(name);
        return TokenizerLoader.Load(folder.Path);
    })).Value;

    /// <summary>Copies the tokenizer of a family to a folder, unpacked.</summary>
    internal static TemporaryFolder Unpack(string family)
    {
        var folder = new TemporaryFolder();
        string from = SharedData.Require($"tokenizers/hf/{family}");
        foreach (string name in (string[])["tokenizer.json", "tokenizer_config.json"])
        {
            if (File.Exists(Path.Combine(from, name)))
                File.Copy(Path.Combine(from, name), folder[name]);
        }

        if (File.Exists(Path.Combine(from, "tokenizer.json.gz")))
            folder.With("tokenizer.json", Gunzip(Path.Combine(from, "tokenizer.json.gz")));
        return folder;
    }

    /// <summary>Returns the content of a gzip file.</summary>
    internal static byte[] Gunzip(string path)
    {
        using var content = new MemoryStream();
        using FileStream file = File.OpenRead(path);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        gzip.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Reads the recordings of a family.</summary>
    internal static JsonDocument Recordings(string family) =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.Require($"tokenizers/hf/{family}/encodings.json")));

    private static bool HasEncodings(string folder) => File.Exists(Path.Combine(folder, "encodings.json"));
}
