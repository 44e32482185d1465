using System.Globalization;
using System.Text;

namespace Homer.Engine.Files;

/// <summary>
/// Reads documents and other texts. The same bytes give the same text from a file and from standard input, whatever the locale; what is
/// plainly no text is refused, and what cannot be decoded is noted.
/// </summary>
public static class TextFile
{
    // A text in UTF-16 has twice the bytes, and a string at most 2³⁰ characters.
    private const int MostBytes = 1_000_000_000;

    private const int BlockBytes = 1 << 16;

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

    /// <summary>
    /// Opens a text to be read from its start to its end. It is looked through first, so that what
    /// <see cref="Read(string, Action{string})"/> refuses and notes is refused and noted here; the text is never in memory as a whole.
    /// </summary>
    /// <param name="path">The file; a pipe is read into memory, since it can be read only once.</param>
    /// <param name="note">Receives a sentence about bytes that could not be decoded and were replaced by U+FFFD; null to ignore it.</param>
    /// <param name="mayBeBlank">Whether a text of white space will do.</param>
    /// <exception cref="HomerException">The file cannot be read, is no text, or is blank; the message names what it is.</exception>
    public static TextReader Open(string path, Action<string>? note = null, bool mayBeBlank = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new HomerException($"{Quoted.Path(path)} is a folder; give the path of a file in it.");
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return stream.CanSeek && stream.Length > 0
                ? Open(stream, Quoted.Path(path), note, mayBeBlank)
                : Open(new MemoryStream(FileContent.Read(stream, path, MostBytes)), Quoted.Path(path), note, mayBeBlank);
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (FileTrouble.Is(e) || e is ArgumentException)
                throw FileTrouble.CannotRead(path, e);
            throw;
        }
    }

    /// <summary>Opens a text in a stream that can be read only once, such as standard input.</summary>
    /// <param name="stream">The stream, whose bytes are held in memory.</param>
    /// <param name="name">The name that messages use.</param>
    /// <param name="note">Receives a sentence about bytes that could not be decoded and were replaced by U+FFFD; null to ignore it.</param>
    /// <param name="mayBeBlank">Whether a text of white space will do.</param>
    /// <exception cref="HomerException">The stream cannot be read, is no text, or is blank.</exception>
    public static TextReader OpenOnce(Stream stream, string name, Action<string>? note = null, bool mayBeBlank = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Open(new MemoryStream(FileContent.Read(stream, name, MostBytes)), name, note, mayBeBlank);
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
            ? throw Empty(path is null ? null : Quoted.Path(path))
            : text;
    }

    private static HomerException Empty(string? name) =>
        new($"The document{(name is null ? "" : " " + name)} has no text; give a file with some.");

    private static string Decode(byte[] bytes, string name, Action<string>? note)
    {
        using var text = new MemoryStream(bytes, writable: false);
        using TextReader reader = Open(text, name, note, mayBeBlank: true);
        return reader.ReadToEnd();
    }

    // Looks the text through, and goes back to its start.
    private static StreamReader Open(Stream stream, string name, Action<string>? note, bool mayBeBlank)
    {
        byte[] block = new byte[BlockBytes];
        long start = stream.Position;
        int count = stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
        if (ForeignFile.AsDocument(block.AsSpan(0, count)) is { } foreign)
            throw new HomerException($"{name} is {foreign.What}, not a text; {foreign.Remedy}.");
        (Encoding encoding, int mark) = TextDecoding.Find(block.AsSpan(0, count), stream.Length - start);
        var survey = new TextSurvey(encoding);
        bool isLast = count < BlockBytes;
        survey.Take(block.AsSpan(mark, count - mark), isLast);
        while (!isLast)
        {
            count = stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            isLast = count < BlockBytes;
            survey.Take(block.AsSpan(0, count), isLast);
        }

        Judge(survey, encoding, name, note);
        if (!survey.HasText && !mayBeBlank)
            throw Empty(name);
        stream.Position = start + mark;
        return new(stream, encoding, detectEncodingFromByteOrderMarks: false, BlockBytes);
    }

    private static void Judge(TextSurvey text, Encoding encoding, string name, Action<string>? note)
    {
        if (text.Controls * 100 > text.Length * MostControls)
        {
            throw new HomerException(
                $"{name} is not a text: {Count(text.Controls)} of its {Count(text.Length)} characters are control characters; "
                + "extract its text first, and give that.");
        }

        if (text.Broken * 100 > text.Length * MostBroken)
        {
            throw new HomerException(
                $"{name} is not a text in UTF-8: {Count(text.Broken)} of its {Count(text.Length)} characters cannot be decoded; "
                + "convert it first, for example with iconv.");
        }

        if (text.Broken > 0)
        {
            string places = text.Broken == 1 ? "place" : "places";
            note?.Invoke(
                $"{name} is not {encoding.WebName.ToUpperInvariant()} in {Count(text.Broken)} {places}, the first in line "
                + $"{Count(text.FirstBrokenLine)}; U+FFFD stands there.");
        }

        static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}
