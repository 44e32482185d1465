using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>set</c> whose value is the output of its body.</summary>
internal sealed class SetBlockNode(TemplatePosition position, Target target, Expression? filter, BlockNode body) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        Value value = body.Capture(new Scope(scope));
        target.Assign(scope, filter is null ? value : FilterExpression.Apply(filter, scope, value));
        return Flow.Next;
    }
}
