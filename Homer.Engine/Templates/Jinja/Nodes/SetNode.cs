using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>set</c> with a value.</summary>
internal sealed class SetNode(TemplatePosition position, Target target, Expression value) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        target.Assign(scope, value.Evaluate(scope));
        return Flow.Next;
    }
}
