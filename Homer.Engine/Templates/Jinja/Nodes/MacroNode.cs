using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>macro</c>, which sets a name.</summary>
internal sealed class MacroNode(TemplatePosition position, MacroDefinition macro) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        scope.Set(macro.Name, new MacroValue(macro, scope));
        return Flow.Next;
    }
}
