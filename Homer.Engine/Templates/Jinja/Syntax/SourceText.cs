namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>The text of a template, with every end of line as <c>\n</c> and without the one at its end.</summary>
internal sealed class SourceText
{
    private readonly List<int> lines = [0];

    /// <summary>Reads a template.</summary>
    public SourceText(string template)
    {
        string text = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Text = text.EndsWith('\n') ? text[..^1] : text;
        for (int at = Text.IndexOf('\n'); at >= 0; at = Text.IndexOf('\n', at + 1))
            lines.Add(at + 1);
    }

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>Returns the place of a character.</summary>
    public TemplatePosition Position(int at)
    {
        int line = lines.BinarySearch(at);
        if (line < 0)
            line = ~line - 1;
        return new(line + 1, at - lines[line] + 1);
    }

    /// <summary>Returns the error of a template that is not Jinja.</summary>
    public JinjaException Error(int at, string message)
    {
        var error = new JinjaException(JinjaFault.Syntax, message);
        error.Locate(Position(at));
        return error;
    }
}
