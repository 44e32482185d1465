using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statement <c>with</c>, whose names hold in its body.</summary>
internal sealed class WithNode(
    TemplatePosition position, IReadOnlyList<(Target Target, Expression Value)> values, BlockNode body) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        var inner = new Scope(scope);
        // All values are those of outside.
        Value[] evaluated = [.. values.Select(value => value.Value.Evaluate(scope))];
        for (int i = 0; i < evaluated.Length; i++)
            values[i].Target.Assign(inner, evaluated[i]);
        return body.Render(inner, output);
    }
}
