using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Reads published data sets in the JSON Lines format, one object a line. The files are not trusted.</summary>
internal static class JsonLines
{
    /// <summary>Reads every line of a file that is not blank.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">The form of a line, which the error message names.</param>
    /// <param name="read">Converts a line; its exceptions for missing or mistyped members become a <see cref="HomerException"/>.</param>
    /// <returns>The converted lines, and a fingerprint of the file: the first 16 hexadecimal digits of its SHA-256.</returns>
    /// <exception cref="HomerException">The file cannot be read, is empty, or has a line of another form.</exception>
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

        return items.Count > 0
            ? (items, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16])
            : throw new HomerException($"{path} is empty; each of its lines must be {form}.");
    }

    /// <summary>Returns the value of a string member that must be present.</summary>
    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    /// <exception cref="FormatException">The member is null.</exception>
    /// <exception cref="InvalidOperationException">The member is not a string.</exception>
    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
