using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Data sets as they are published: a JSON object a line. Files are from elsewhere and are not to be trusted.</summary>
internal static class JsonLines
{
    /// <summary>Reads every line that is not blank.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">What a line should hold, for whoever is told that one does not.</param>
    /// <param name="read">Reads an object; what it throws when a member is missing or of another kind is turned into a sentence.</param>
    /// <returns>What was read, and what tells this file's content from any other's.</returns>
    /// <exception cref="HomerException">The file cannot be read, or a line is not of the form.</exception>
    public static (IReadOnlyList<T> Items, string Fingerprint) Read<T>(string path, string form, Func<JsonElement, T> read)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is ArgumentException)
        {
            throw FileTrouble.CannotRead(path, e);
        }

        List<T> items = [];
        foreach ((int i, string line) in Encoding.UTF8.GetString(bytes).Split('\n').Index())
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                using JsonDocument json = JsonDocument.Parse(line);
                items.Add(read(json.RootElement));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new HomerException($"{path}, line {i + 1}, is not {form}.", e);
            }
        }

        return items.Count > 0 ? (items, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]) : throw new HomerException($"{path} is empty; each of its lines must be {form}.");
    }

    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
