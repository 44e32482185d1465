using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Fills strings up to a width.</summary>
internal static class TextPadding
{
    /// <summary>Returns the text in the middle (<c>center</c>), at the left (<c>ljust</c>) or at the right (<c>rjust</c>).</summary>
    public static TextValue Pad(TextValue text, int width, string method, TextValue? fill = null)
    {
        int missing = width - text.Length!.Value;
        if (missing <= 0)
            return text;
        int left = method switch
        {
            "ljust" => 0,
            "rjust" => missing,
            // Python's own rounding of the half.
            _ => missing / 2 + (missing & width & 1),
        };
        TextValue with = fill ?? new(" ");
        return new TextBuilder().Append(Repeat(with, left)).Append(text).Append(Repeat(with, missing - left)).ToValue();
    }

    /// <summary>Returns the text with zeros in front, after its sign.</summary>
    public static TextValue ZeroFill(TextValue text, int width)
    {
        int missing = width - text.Length!.Value;
        if (missing <= 0)
            return text;
        int sign = text.Text.Length > 0 && text.Text[0] is '+' or '-' ? 1 : 0;
        return new TextBuilder().Append(text, 0, sign).Append('0', missing).Append(text, sign, text.Text.Length - sign).ToValue();
    }

    /// <summary>Returns the text several times in a row.</summary>
    public static TextValue Repeat(TextValue text, long count)
    {
        if (count <= 0 || text.Text.Length == 0)
            return TextValue.Empty;
        // Before anything is allocated.
        RenderingBudget.Current.TakeCharacters(checked(Math.Min(count, int.MaxValue) * text.Text.Length));
        return text.Made(string.Concat(Enumerable.Repeat(text.Text, (int)count)));
    }
}
