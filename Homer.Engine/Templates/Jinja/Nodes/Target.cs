using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A part of a template that is assigned to.</summary>
internal abstract class Target(TemplatePosition position)
{
    /// <summary>The place in the template.</summary>
    public TemplatePosition Position { get; } = position;

    /// <summary>Sets the target.</summary>
    /// <exception cref="JinjaException">The value does not fit.</exception>
    public abstract void Assign(Scope scope, Value value);
}
