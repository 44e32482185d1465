using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers.Patterns;

/// <summary>The places in a text that patterns name.</summary>
internal static class Place
{
    /// <summary>Returns whether a place is of a kind.</summary>
    internal static bool Is(AnchorKind kind, ReadOnlySpan<char> text, int at) => kind switch
    {
        AnchorKind.TextStart => at == 0,
        AnchorKind.TextEnd => at == text.Length,
        AnchorKind.LastLineEnd => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        AnchorKind.LineStart => at == 0 || (text[at - 1] == '\n' && at < text.Length),
        AnchorKind.LineEnd => at == text.Length || text[at] == '\n',
        AnchorKind.WordBoundary => IsBoundary(text, at),
        _ => !IsBoundary(text, at),
    };

    private static bool IsBoundary(ReadOnlySpan<char> text, int at)
    {
        bool before = at > 0 && UnicodeSets.Word.Contains(CodePoints.At(text, CodePoints.Before(text, at)));
        return before != UnicodeSets.Word.Contains(CodePoints.At(text, at));
    }
}
