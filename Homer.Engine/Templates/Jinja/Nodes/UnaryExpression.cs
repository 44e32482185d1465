using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The operators <c>not</c>, <c>-</c> and <c>+</c> in front of a value.</summary>
internal sealed class UnaryExpression(TemplatePosition position, string sign, Expression value) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value operand = value.Evaluate(scope);
        return sign switch
        {
            "not" => BooleanValue.Of(!operand.IsTrue),
            "-" => Operators.Negate(operand),
            _ => Operators.Plus(operand),
        };
    }
}
