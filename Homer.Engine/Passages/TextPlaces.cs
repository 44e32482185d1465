using System.Text;

namespace Homer.Engine.Passages;

/// <summary>
/// Converts places in a text from characters to bytes of UTF-8 and to lines. Counts are kept for every few thousand characters, so that a
/// conversion does not read the whole text.
/// </summary>
public sealed class TextPlaces
{
    private const int Stride = 1 << 12;

    private readonly string text;
    private readonly List<(long Bytes, int Lines)> counts = [];

    /// <summary>Counts the bytes and lines of a text.</summary>
    /// <param name="text">The text.</param>
    public TextPlaces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        this.text = text;
        (long bytes, int lines) = (0, 0);
        for (int start = 0; start <= text.Length; start += Stride)
        {
            counts.Add((bytes, lines));
            int from = Whole(start), to = Whole(Math.Min(start + Stride, text.Length));
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(from, to - from));
            lines += BreaksIn(start, Math.Min(start + Stride, text.Length));
        }
    }

    /// <summary>Returns the number of bytes before a character.</summary>
    /// <param name="place">The index of the character, from 0 to the length of the text; never inside a surrogate pair.</param>
    public long ByteOf(int place)
    {
        int from = Whole(place / Stride * Stride);
        return counts[place / Stride].Bytes + Encoding.UTF8.GetByteCount(text.AsSpan(from, Math.Max(0, place - from)));
    }

    /// <summary>Returns the line of a character, from 1. Lines end with a line feed, a carriage return or both.</summary>
    /// <param name="place">The index of the character, from 0 to the length of the text.</param>
    public int LineOf(int place) => 1 + counts[place / Stride].Lines + BreaksIn(place / Stride * Stride, place);

    /// <summary>Returns a place that is not inside a surrogate pair: that of the pair, if it is.</summary>
    internal int Whole(int place) =>
        place > 0 && place < text.Length && char.IsLowSurrogate(text[place]) && char.IsHighSurrogate(text[place - 1]) ? place - 1 : place;

    // A line ends at its last character, so that both characters of one break are not counted.
    private int BreaksIn(int from, int to)
    {
        int breaks = 0;
        for (int at = from; at < to; at++)
        {
            int next = text.AsSpan(at, to - at).IndexOfAny('\n', '\r');
            if (next < 0)
                break;
            at += next;
            if (text[at] == '\n' || at + 1 == text.Length || text[at + 1] != '\n')
                breaks++;
        }

        return breaks;
    }
}
