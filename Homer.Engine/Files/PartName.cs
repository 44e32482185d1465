using System.Globalization;
using System.Text.RegularExpressions;

namespace Homer.Engine.Files;

/// <summary>The name of one of several GGUF files of a model, as gguf-split gives it: <c>NAME-00001-of-00003.gguf</c>.</summary>
/// <param name="Prefix">What comes before the numbers.</param>
/// <param name="Part">The number of the part, from 1.</param>
/// <param name="Count">The number of parts.</param>
internal readonly partial record struct PartName(string Prefix, long Part, long Count)
{
    /// <summary>Reads a name; null for that of a whole file.</summary>
    public static PartName? Of(string name) => Pattern().Match(name) is { Success: true } match
        ? new(match.Groups["prefix"].Value, Number(match, "part"), Number(match, "count"))
        : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Part:00000}-of-{Count:00000}.gguf");

    private static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<prefix>.*)-(?<part>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
