using System.Globalization;

namespace Homer.Engine.Files;

/// <summary>
/// Reads documents and other texts. The same bytes give the same text from a file and from standard input, whatever the locale; what is
/// plainly no text is refused, and what cannot be decoded is noted.
/// </summary>
public static class TextFile
{
    // A text in UTF-16 has twice the bytes, and a string at most 2³⁰ characters.
    private const int MostBytes = 1_000_000_000;

    // Shares, in percent, beyond which a file is no text in a known encoding.
    private const int MostControls = 2;
    private const int MostBroken = 10;

    /// <summary>Reads the text of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">Receives a sentence about bytes that could not be decoded and were replaced by U+FFFD; null to ignore it.</param>
    /// <exception cref="HomerException">The file cannot be read, or is no text; the message names what it is.</exception>
    public static string Read(string path, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Decode(FileContent.Read(path, MostBytes), Quoted.Path(path), note);
    }

    /// <summary>Reads the text of a stream, such as standard input, to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name that messages use.</param>
    /// <param name="note">Receives a sentence about bytes that could not be decoded and were replaced by U+FFFD; null to ignore it.</param>
    /// <exception cref="HomerException">The stream cannot be read, or is no text; the message names what it is.</exception>
    public static string Read(Stream stream, string name, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Decode(FileContent.Read(stream, name, MostBytes), name, note);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotRead(name, e);
        }
    }

    /// <summary>Refuses a document without any text.</summary>
    /// <param name="text">The document.</param>
    /// <param name="path">The file, for the message; null for none.</param>
    /// <returns>The document.</returns>
    /// <exception cref="HomerException">The document is empty or blank.</exception>
    public static string RequireText(string text, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.IsNullOrWhiteSpace(text)
            ? throw new HomerException($"The document{(path is null ? "" : " " + Quoted.Path(path))} has no text; give a file with some.")
            : text;
    }

    private static string Decode(byte[] bytes, string name, Action<string>? note)
    {
        if (ForeignFile.AsDocument(bytes) is { } foreign)
            throw new HomerException($"{name} is {foreign.What}, not a text; {foreign.Remedy}.");
        TextDecoding.Decoded decoded = TextDecoding.Decode(bytes);
        long controls = decoded.Text.LongCount(IsStrange), length = decoded.Text.Length;
        if (controls * 100 > length * MostControls)
        {
            throw new HomerException(
                $"{name} is not a text: {Count(controls)} of its {Count(length)} characters are control characters; "
                + "extract its text first, and give that.");
        }

        if ((long)decoded.Broken * 100 > length * MostBroken)
        {
            throw new HomerException(
                $"{name} is not a text in UTF-8: {Count(decoded.Broken)} of its {Count(length)} characters cannot be decoded; "
                + "convert it first, for example with iconv.");
        }

        if (decoded.Broken > 0)
        {
            string places = decoded.Broken == 1 ? "place" : "places";
            note?.Invoke(
                $"{name} is not {decoded.Encoding.WebName.ToUpperInvariant()} in {Count(decoded.Broken)} {places}, the first in line "
                + $"{Count(FirstBrokenLine(decoded.Text))}; U+FFFD stands there.");
        }

        return decoded.Text;

        static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }

    // Escape and backspace stand in logs of terminals, and form feeds between pages.
    private static bool IsStrange(char c) => c is < ' ' and not ('\t' or '\n' or '\v' or '\f' or '\r' or '\b' or '\u001b');

    private static int FirstBrokenLine(string text) => text.AsSpan(0, text.IndexOf('\ufffd', StringComparison.Ordinal)).Count('\n') + 1;
}
