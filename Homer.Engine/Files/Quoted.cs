namespace Homer.Engine.Files;

/// <summary>Quotes text from a file for a message: short, and on one line.</summary>
internal static class Quoted
{
    private const int MaxLength = 100;

    /// <summary>Returns the text in quotes, cut after 100 characters, with control characters replaced.</summary>
    internal static string Text(string text) => $"'{Word(text)}'";

    /// <summary>Returns the text as <see cref="Text"/> does, without quotes, for a place where a known word is usual.</summary>
    internal static string Word(string text) =>
        Printable(text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…"));

    /// <summary>Returns a path in quotes, whole, with control characters replaced.</summary>
    internal static string Path(string path) => $"'{Printable(path)}'";

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
