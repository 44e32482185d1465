namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A macro as it is written.</summary>
/// <param name="Position">The place in the template.</param>
/// <param name="Name">The name.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Body">The body.</param>
internal sealed record MacroDefinition(
    TemplatePosition Position, string Name, IReadOnlyList<MacroParameter> Parameters, BlockNode Body)
{
    /// <summary>Whether the body uses <c>caller</c>.</summary>
    public bool UsesCaller { get; init; }

    /// <summary>Whether the body uses <c>kwargs</c>, which takes further named arguments.</summary>
    public bool UsesNamed { get; init; }

    /// <summary>Whether the body uses <c>varargs</c>, which takes further arguments.</summary>
    public bool UsesPositional { get; init; }
}
