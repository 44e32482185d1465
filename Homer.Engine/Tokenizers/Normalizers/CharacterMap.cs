using System.Text;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>Rewrites every character by itself: another one, several or none.</summary>
/// <param name="append">Appends what stands for a code point.</param>
internal sealed class CharacterMap(Action<StringBuilder, int> append) : INormalizer
{
    // The only character whose lower case is two, by SpecialCasing.txt.
    private const int CapitalIWithDot = 0x130;

    /// <summary>Writes letters small, one by one.</summary>
    internal static CharacterMap Lowercase { get; } = new((result, point) =>
    {
        if (point == CapitalIWithDot)
            result.Append("i\u0307");
        else
            CodePoints.Append(result, point is >= 0xd800 and <= 0xdfff ? point : Rune.ToLowerInvariant(new Rune(point)).Value);
    });

    /// <summary>Leaves out marks, which decomposing set apart.</summary>
    internal static CharacterMap StripAccents { get; } = new((result, point) =>
    {
        if (!UnicodeSets.Category("M")!.Contains(point))
            CodePoints.Append(result, point);
    });

    /// <summary>The rules of SentencePiece's <c>nmt</c>: control characters go, and what is like a space becomes one.</summary>
    internal static CharacterMap Nmt { get; } = new((result, point) =>
    {
        switch (point)
        {
            case (>= 0x01 and <= 0x08) or 0x0b or (>= 0x0e and <= 0x1f) or 0x7f or 0x8f or 0x9f:
                break;
            case 0x09 or 0x0a or 0x0c or 0x0d or 0x1680 or (>= 0x200b and <= 0x200f) or 0x2028 or 0x2029 or 0x2581 or 0xfeff or 0xfffd:
                result.Append(' ');
                break;
            default:
                CodePoints.Append(result, point);
                break;
        }
    });

    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int point = CodePoints.At(text, at);
            append(result, point);
            at += CodePoints.Length(point);
        }

        return result.ToString();
    }
}
