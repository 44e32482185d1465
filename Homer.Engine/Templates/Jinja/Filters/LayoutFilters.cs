using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters that lay text out in lines.</summary>
internal static class LayoutFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["indent"] = Indent,
        ["center"] = (input, arguments) => TextPadding.Pad(
            Texts.Value(input), arguments.Bind("center", 0, "width")[0] is { } width ? Numbers.Integer(width) : 80, "center"),
        ["wordwrap"] = WordWrap,
    };

    private static TextValue Indent(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("indent", 0, "width", "first", "blank");
        TextValue indent = bound[0] as TextValue
            ?? TextPadding.Repeat(new(" "), bound[0] is { } width ? Numbers.Integer(width) : 4);
        bool indentsBlank = bound[2]?.IsTrue == true;
        TextValue text = Texts.Value(input);
        List<TextValue> lines = [.. TextSplitting.Lines(new TextBuilder().Append(text).Append('\n').ToValue())];
        var indented = new TextBuilder();
        if (bound[1]?.IsTrue == true)
            indented.Append(indent);
        for (int i = 0; i < lines.Count; i++)
        {
            RenderingBudget.Current.Step();
            if (i > 0)
                indented.Append('\n');
            if (i > 0 && (indentsBlank || lines[i].Text.Length > 0))
                indented.Append(indent);
            indented.Append(lines[i]);
        }

        return indented.ToValue();
    }

    private static TextValue WordWrap(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
        int width = bound[0] is null ? 79 : Numbers.Integer(bound[0]!);
        if (width <= 0)
            throw JinjaException.Runtime($"invalid width {width} (must be > 0)");
        TextValue between = bound[2] is null or NoneValue ? new("\n") : Texts.Value(bound[2]!);
        var wrapping = new WordWrapping(width, bound[1]?.IsTrue ?? true, bound[3]?.IsTrue ?? true);
        var wrapped = new TextBuilder();
        bool isFirst = true;
        foreach (TextValue paragraph in TextSplitting.Lines(Texts.Value(input)))
        {
            if (!isFirst)
                wrapped.Append(between);
            isFirst = false;
            TextValue[] lines = [.. wrapping.Lines(paragraph)];
            for (int i = 0; i < lines.Length; i++)
                (i > 0 ? wrapped.Append(between) : wrapped).Append(lines[i]);
        }

        return wrapped.ToValue();
    }
}
