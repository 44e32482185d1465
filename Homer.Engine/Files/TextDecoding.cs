using System.Text;

namespace Homer.Engine.Files;

/// <summary>
/// Decodes the bytes of a text, whatever the locale: by its byte order mark UTF-8, UTF-16 or UTF-32; without one UTF-16 where every other
/// byte is zero, else UTF-8.
/// </summary>
internal static class TextDecoding
{
    // Texts in languages with Latin letters have a zero in nearly every pair of bytes; UTF-8 has none.
    private const int ZerosInUtf16 = 4;

    // The other byte of a pair is zero for one character in 256 of other scripts.
    private const int OtherZeros = 8;

    /// <summary>Returns a text as UTF-8 without a byte order mark; the same bytes where they are that already.</summary>
    internal static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes)
    {
        (Encoding encoding, int mark) = Find(bytes.Span, bytes.Length);
        return encoding is UTF8Encoding ? bytes[mark..] : Encoding.UTF8.GetBytes(encoding.GetString(bytes.Span[mark..]));
    }

    /// <summary>Returns the encoding of a text and the length of its byte order mark.</summary>
    /// <param name="bytes">The text, or its first <see cref="ForeignFile.HeadBytes"/> bytes.</param>
    /// <param name="length">The number of all bytes.</param>
    internal static (Encoding Encoding, int Mark) Find(ReadOnlySpan<byte> bytes, long length) => bytes switch
    {
        [0xef, 0xbb, 0xbf, ..] => (Encoding.UTF8, 3),
        [0xff, 0xfe, 0, 0, ..] => (Encoding.UTF32, 4),
        [0, 0, 0xfe, 0xff, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
        [0xff, 0xfe, ..] => (Encoding.Unicode, 2),
        [0xfe, 0xff, ..] => (Encoding.BigEndianUnicode, 2),
        _ when length % 2 == 0 && IsUtf16(bytes, zeroAt: 1) => (Encoding.Unicode, 0),
        _ when length % 2 == 0 && IsUtf16(bytes, zeroAt: 0) => (Encoding.BigEndianUnicode, 0),
        _ => (Encoding.UTF8, 0),
    };

    private static bool IsUtf16(ReadOnlySpan<byte> bytes, int zeroAt)
    {
        if (bytes.Length < 2)
            return false;
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, ForeignFile.HeadBytes)];
        int zeros = 0, others = 0;
        for (int i = 0; i + 1 < head.Length; i += 2)
        {
            zeros += head[i + zeroAt] == 0 ? 1 : 0;
            others += head[i + 1 - zeroAt] == 0 ? 1 : 0;
        }

        return others * OtherZeros <= zeros && zeros * ZerosInUtf16 >= head.Length / 2;
    }
}
