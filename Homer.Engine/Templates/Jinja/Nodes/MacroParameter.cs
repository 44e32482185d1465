namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A parameter of a macro.</summary>
/// <param name="Name">The name.</param>
/// <param name="Default">What it is where no argument is given; null for nothing.</param>
internal sealed record MacroParameter(string Name, Expression? Default);
