using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>{a: b}</c>.</summary>
internal sealed class DictExpression(TemplatePosition position, IReadOnlyList<(Expression Key, Expression Value)> members)
    : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => new DictValue(
        members.Select(member => KeyValuePair.Create(member.Key.Evaluate(scope), member.Value.Evaluate(scope))));
}
