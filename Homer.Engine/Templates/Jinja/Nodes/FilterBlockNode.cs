using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>filter</c>, which writes its filtered body.</summary>
internal sealed class FilterBlockNode(TemplatePosition position, Expression filter, BlockNode body) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        FilterExpression.Apply(filter, scope, body.Capture(new Scope(scope))).Write(output);
        return Flow.Next;
    }
}
