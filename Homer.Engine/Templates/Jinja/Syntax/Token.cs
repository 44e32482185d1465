namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>A token of a template.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Value">The text; for strings what they mean.</param>
/// <param name="Position">The place of its first character.</param>
internal sealed record Token(TokenKind Kind, string Value, TemplatePosition Position)
{
    /// <summary>Returns whether this is a name or keyword.</summary>
    public bool IsName(string name) => Kind == TokenKind.Name && Value == name;

    /// <summary>Returns whether this is an operator or bracket.</summary>
    public bool IsOperator(string sign) => Kind == TokenKind.Operator && Value == sign;

    /// <summary>Returns the token as messages show it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "end of template",
        TokenKind.Data => "template data / text",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        _ => Value,
    };
}
