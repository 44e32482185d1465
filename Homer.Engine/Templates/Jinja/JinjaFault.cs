namespace Homer.Engine.Templates.Jinja;

/// <summary>The kinds of failure of a template.</summary>
internal enum JinjaFault
{
    /// <summary>The template is not Jinja.</summary>
    Syntax,

    /// <summary>A value does not allow what the template does with it.</summary>
    Runtime,

    /// <summary>The template itself refused its input, by <c>raise_exception</c>.</summary>
    Raised,

    /// <summary>The template takes too many steps, nests too deep or makes too much text.</summary>
    Limit,
}
