namespace Homer.Engine.Files;

/// <summary>Text from a file made fit for a message: in quotes, not too long, on one line.</summary>
internal static class Quoted
{
    private const int MaxLength = 100;

    internal static string Text(string text)
    {
        string shown = text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…");
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}
