using System.Security.Cryptography;
using System.Text.Json;
using Homer.Engine.Files;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>Reads published data sets in the JSON Lines format, one object a line. The files are not trusted.</summary>
internal static class JsonLines
{
    private const int MostBytes = 1 << 30;

    /// <summary>Reads every line of a file that is not blank.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">The form of a line, which the error message names.</param>
    /// <param name="read">Converts a line; its exceptions for missing or mistyped members become a <see cref="HomerException"/>.</param>
    /// <returns>The converted lines, and a fingerprint of the file: the first 16 hexadecimal digits of its SHA-256.</returns>
    /// <exception cref="HomerException">The file cannot be read, is empty, or has a line of another form.</exception>
    public static (IReadOnlyList<T> Items, string Fingerprint) Read<T>(string path, string form, Func<JsonElement, T> read)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes = FileContent.Read(path, MostBytes);
        List<T> items = [];
        ReadOnlyMemory<byte> rest = TextDecoding.ToUtf8(bytes);
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            try
            {
                items.Add(StrictJson.Read(line, "content", read, _ => new($"{Where(number)}.")));
            }
            catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new HomerException($"{Where(number)}.", e);
            }
        }

        return items.Count > 0
            ? (items, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16])
            : throw new HomerException($"{Quoted.Path(path)} is empty; each of its lines must be {form}.");

        string Where(int line) => $"{Quoted.Path(path)}, line {line}, is not {form}";
    }

    /// <summary>Returns the value of a string member that must be present.</summary>
    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    /// <exception cref="FormatException">The member is null.</exception>
    /// <exception cref="InvalidOperationException">The member is not a string.</exception>
    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException(name);
}
