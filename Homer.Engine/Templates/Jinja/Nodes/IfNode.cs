using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>if</c> with its branches.</summary>
internal sealed class IfNode(
    TemplatePosition position, IReadOnlyList<(Expression Condition, BlockNode Body)> branches, BlockNode? otherwise) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        foreach ((Expression condition, BlockNode body) in branches)
        {
            if (condition.Evaluate(scope).IsTrue)
                return body.Render(scope, output);
        }

        return otherwise?.Render(scope, output) ?? Flow.Next;
    }
}
