namespace Homer.Engine.Templates;

/// <summary>The marks between which a model writes its thoughts before it answers.</summary>
/// <param name="Open">The mark before the thought.</param>
/// <param name="Close">The mark after it.</param>
internal sealed record ThoughtMarks(string Open, string Close)
{
    private static readonly ThoughtMarks[] Known =
    [
        new("<think>", "</think>"), new("<|START_THINKING|>", "<|END_THINKING|>"), new("[THINK]", "[/THINK]"),
        new("<thinking>", "</thinking>"), new("<thought>", "</thought>"), new("<seed:think>", "</seed:think>"), new("◁think▷", "◁/think▷"),
    ];

    /// <summary>Returns the marks of a model's template or vocabulary; null for a model that does not think.</summary>
    /// <param name="template">The template.</param>
    /// <param name="isToken">Returns whether a text is a token of its own.</param>
    public static ThoughtMarks? Of(string template, Func<string, bool> isToken) => Array.Find(Known, marks =>
        template.Contains(marks.Close, StringComparison.Ordinal)
            ? template.Contains(marks.Open, StringComparison.Ordinal) || isToken(marks.Open)
            : isToken(marks.Open) && isToken(marks.Close));
}
