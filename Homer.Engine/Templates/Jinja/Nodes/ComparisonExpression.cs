using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>Comparisons; <c>a &lt; b &lt; c</c> asks for both.</summary>
internal sealed class ComparisonExpression(
    TemplatePosition position, Expression first, IReadOnlyList<(string Sign, Expression Value)> operands) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value left = first.Evaluate(scope);
        foreach ((string sign, Expression operand) in operands)
        {
            Value right = operand.Evaluate(scope);
            if (!Comparisons.Holds(sign, left, right))
                return BooleanValue.False;
            left = right;
        }

        return BooleanValue.True;
    }
}
