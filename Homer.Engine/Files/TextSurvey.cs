using System.Text;

namespace Homer.Engine.Files;

/// <summary>Looks through the bytes of a text, block by block: what can be decoded, and whether it is a text at all.</summary>
/// <param name="encoding">The encoding.</param>
internal sealed class TextSurvey(Encoding encoding)
{
    private readonly Decoder decoder = encoding.GetDecoder();
    private readonly byte[] replacement = encoding.GetBytes("\ufffd");
    private readonly List<byte> lastBytes = [];
    private char[] text = [];
    private long replaced;
    private long written;
    private long line = 1;

    /// <summary>The number of UTF-16 units.</summary>
    public long Length { get; private set; }

    /// <summary>The number of control characters that texts do not have.</summary>
    public long Controls { get; private set; }

    /// <summary>The number of places that cannot be decoded; a replacement character may also stand in the text itself.</summary>
    public long Broken => replaced - Math.Min(replaced, written);

    /// <summary>The line of the first place that cannot be decoded, from 1.</summary>
    public long FirstBrokenLine => line;

    /// <summary>Whether there is anything but white space.</summary>
    public bool HasText { get; private set; }

    /// <summary>Takes the next block.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="isLast">Whether it is the last one.</param>
    public void Take(ReadOnlySpan<byte> bytes, bool isLast)
    {
        int count = decoder.GetCharCount(bytes, isLast);
        if (text.Length < count)
            text = new char[count];
        decoder.GetChars(bytes, text, isLast);
        ReadOnlySpan<char> decoded = text.AsSpan(0, count);
        Length += count;
        if (replaced == 0)
        {
            int first = decoded.IndexOf('\ufffd');
            line += (first < 0 ? decoded : decoded[..first]).Count('\n');
        }

        replaced += decoded.Count('\ufffd');
        foreach (char c in decoded)
            Controls += IsStrange(c) ? 1 : 0;
        HasText = HasText || !decoded.IsWhiteSpace();
        CountWritten(bytes);
    }

    // Escape and backspace stand in logs of terminals, and form feeds between pages.
    private static bool IsStrange(char c) => c is < ' ' and not ('\t' or '\n' or '\v' or '\f' or '\r' or '\b' or '\u001b');

    // One that stands across two blocks counts, too.
    private void CountWritten(ReadOnlySpan<byte> bytes)
    {
        written += bytes.Count(replacement);
        int most = replacement.Length - 1;
        byte[] across = [.. lastBytes, .. bytes[..Math.Min(most, bytes.Length)]];
        int before = lastBytes.Count;
        for (int at = across.AsSpan().IndexOf(replacement); at >= 0 && at < before; at = -1)
            written += at + replacement.Length > before ? 1 : 0;
        lastBytes.AddRange(bytes[Math.Max(0, bytes.Length - most)..]);
        if (lastBytes.Count > most)
            lastBytes.RemoveRange(0, lastBytes.Count - most);
    }
}
