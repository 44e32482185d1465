using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>An expression between <c>{{</c> and <c>}}</c>.</summary>
internal sealed class PrintNode(TemplatePosition position, Expression value) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        value.Evaluate(scope).Write(output);
        return Flow.Next;
    }
}
