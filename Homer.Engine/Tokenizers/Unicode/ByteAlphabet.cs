using System.Text;

namespace Homer.Engine.Tokenizers.Unicode;

/// <summary>
/// The 256 characters that stand for bytes in byte-level vocabularies (GPT-2's encoder.py): printable characters of Latin-1 for
/// themselves, and U+0100 and on for the others.
/// </summary>
internal static class ByteAlphabet
{
    private const int FirstOfOthers = 0x100;

    private static readonly char[] Characters = Create();
    private static readonly int[] Bytes = Invert();

    /// <summary>Returns the character of a byte.</summary>
    internal static char Of(byte value) => Characters[value];

    /// <summary>Returns the byte of a character; null where it stands for none.</summary>
    internal static byte? ByteOf(char character) =>
        character < Bytes.Length && Bytes[character] >= 0 ? (byte)Bytes[character] : null;

    /// <summary>Appends the characters of a text's UTF-8.</summary>
    internal static void Append(StringBuilder result, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c < 0x80)
            {
                result.Append(Characters[c]);
                continue;
            }

            int point = CodePoints.At(text, at);
            int length = (Rune.IsValid(point) ? new Rune(point) : Rune.ReplacementChar).EncodeToUtf8(utf8);
            foreach (byte value in utf8[..length])
                result.Append(Characters[value]);
            at += CodePoints.Length(point) - 1;
        }
    }

    /// <summary>Returns the bytes that a token stands for: its own UTF-8 if a character of it stands for no byte.</summary>
    internal static byte[] Decode(string token)
    {
        var bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (ByteOf(token[i]) is not { } value)
                return Encoding.UTF8.GetBytes(token);
            bytes[i] = value;
        }

        return bytes;
    }

    private static char[] Create()
    {
        var characters = new char[256];
        int others = 0;
        for (int value = 0; value < characters.Length; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or (>= 0xae and <= 0xff);
            characters[value] = (char)(isPrintable ? value : FirstOfOthers + others++);
        }

        return characters;
    }

    private static int[] Invert()
    {
        var bytes = new int[Characters.Max() + 1];
        Array.Fill(bytes, -1);
        for (int value = 0; value < Characters.Length; value++)
            bytes[Characters[value]] = value;
        return bytes;
    }
}
