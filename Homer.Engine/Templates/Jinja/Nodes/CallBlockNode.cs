using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>call</c>, which hands its body to a macro as <c>caller</c>.</summary>
internal sealed class CallBlockNode(TemplatePosition position, CallExpression call, MacroDefinition caller) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        call.Call(scope, new MacroValue(caller, scope)).Write(output);
        return Flow.Next;
    }
}
