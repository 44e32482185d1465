using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Normalizers;

/// <summary>
/// Normalizes a text in pieces, which together are the text normalized whole: it says before which characters a text can be cut.
/// </summary>
internal sealed class PiecewiseNormalizer
{
    private const char FirstComposing = '\u0300';
    private const char FirstDecomposing = '\u0080';

    // Ideographs neither decompose nor compose; texts may have little else.
    private const char FirstIdeograph = '\u4e00', LastIdeograph = '\u9fff';

    private readonly INormalizer? first;
    private readonly INormalizer? further;
    private readonly List<INormalizer> steps;
    private readonly Dictionary<char, bool> known = [];

    /// <summary>Creates the normalizer.</summary>
    /// <param name="normalizer">What rewrites a whole text; null where nothing does.</param>
    internal PiecewiseNormalizer(INormalizer? normalizer)
    {
        first = normalizer;
        steps = [.. Flatten(normalizer)];
        // What stands in front of a text stands in front of its first piece.
        if (steps is [Prepend, ..])
            steps.RemoveAt(0);
        further = steps.Count > 0 ? new NormalizerSequence(steps) : null;
    }

    /// <summary>Whether a text can be cut anywhere.</summary>
    internal bool CutsAnywhere => steps.Count == 0;

    /// <summary>Returns whether a text can be cut at a place, which is not between the halves of a character.</summary>
    internal bool CanCut(string text, int at)
    {
        char next = text[at];
        if (CutsAnywhere)
            return true;
        if (next >= FirstDecomposing && next is < FirstIdeograph or > LastIdeograph)
            return false;
        if (!known.TryGetValue(next, out bool can))
            known.Add(next, can = CanCutBefore(next));
        return can;
    }

    /// <summary>Normalizes a piece.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="isFirst">Whether it is the first one.</param>
    internal string Normalize(string text, bool isFirst) => (isFirst ? first : further)?.Normalize(text) ?? text;

    private static IEnumerable<INormalizer> Flatten(INormalizer? normalizer) => normalizer switch
    {
        null => [],
        NormalizerSequence sequence => sequence.Normalizers.SelectMany(Flatten),
        _ => [normalizer],
    };

    // Follows the character through all steps.
    private bool CanCutBefore(char next)
    {
        string image = next.ToString();
        foreach (INormalizer step in steps)
        {
            bool isApart = step switch
            {
                UnicodeForm { Composes: true, IsCompatible: false } => image[0] < FirstComposing || IsIdeograph(image[0]),
                UnicodeForm => image[0] < FirstDecomposing || IsIdeograph(image[0]),
                CharacterMap or BytesAsCharacters => true,
                Replace { Literal: { } literal } => literal.Length <= 1 || !literal.Contains(image[0], StringComparison.Ordinal),
                _ => false,
            };
            if (!isApart)
                return false;
            image = step.Normalize(image);
            if (image.Length == 0 || CodePoints.Length(CodePoints.At(image, 0)) > 1)
                return false;
        }

        return true;
    }

    private static bool IsIdeograph(char character) => character is >= FirstIdeograph and <= LastIdeograph;
}
