using System.Text;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>The normalizer of BERT: cleans, sets Chinese characters apart, strips accents and lowers case, each if asked to.</summary>
internal static class BertNormalizer
{
    private static readonly CodePointSet Chinese = CodePointSet.Of(
        [(0x4e00, 0x9fff), (0x3400, 0x4dbf), (0x20000, 0x2a6df), (0x2a700, 0x2b73f), (0x2b740, 0x2b81f), (0x2b920, 0x2ceaf),
        (0xf900, 0xfaff), (0x2f800, 0x2fa1f)]);

    /// <summary>Creates the normalizer.</summary>
    /// <param name="cleans">True to remove control characters and to make every white space a space.</param>
    /// <param name="splitsChinese">True to put spaces around Chinese characters.</param>
    /// <param name="stripsAccents">True to strip accents.</param>
    /// <param name="lowers">True to lower case.</param>
    internal static NormalizerSequence Create(bool cleans, bool splitsChinese, bool stripsAccents, bool lowers)
    {
        List<INormalizer> steps = [];
        if (cleans)
            steps.Add(new CharacterMap(Clean));
        if (splitsChinese)
            steps.Add(new CharacterMap(SetApart));
        if (stripsAccents)
            steps.AddRange([new UnicodeForm(IsCompatible: false, Composes: false), new CharacterMap(StripNonspacing)]);
        if (lowers)
            steps.Add(CharacterMap.Lowercase);
        return new(steps);
    }

    private static void Clean(StringBuilder result, int point)
    {
        if (point is '\t' or '\n' or '\r' || UnicodeSets.WhiteSpace.Contains(point))
            result.Append(' ');
        else if (point is not (0 or 0xfffd) && !UnicodeSets.Category("C")!.Contains(point))
            CodePoints.Append(result, point);
    }

    private static void SetApart(StringBuilder result, int point)
    {
        bool isChinese = Chinese.Contains(point);
        if (isChinese)
            result.Append(' ');
        CodePoints.Append(result, point);
        if (isChinese)
            result.Append(' ');
    }

    private static void StripNonspacing(StringBuilder result, int point)
    {
        if (!UnicodeSets.Category("Mn")!.Contains(point))
            CodePoints.Append(result, point);
    }
}
