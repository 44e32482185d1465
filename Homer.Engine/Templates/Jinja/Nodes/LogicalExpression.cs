using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expressions <c>a and b</c> and <c>a or b</c>, which are one of the two values.</summary>
internal sealed class LogicalExpression(TemplatePosition position, Expression left, Expression right, bool isOr) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value first = left.Evaluate(scope);
        return first.IsTrue == isOr ? first : right.Evaluate(scope);
    }
}
