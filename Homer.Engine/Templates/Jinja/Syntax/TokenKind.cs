namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>The kinds of token.</summary>
internal enum TokenKind
{
    /// <summary>Text between tags.</summary>
    Data,

    /// <summary>The mark <c>{%</c>.</summary>
    BlockBegin,

    /// <summary>The mark <c>%}</c>.</summary>
    BlockEnd,

    /// <summary>The mark <c>{{</c>.</summary>
    VariableBegin,

    /// <summary>The mark <c>}}</c>.</summary>
    VariableEnd,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A string, without quotes and escapes.</summary>
    Text,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>An operator or bracket.</summary>
    Operator,

    /// <summary>The end of the template.</summary>
    End,
}
