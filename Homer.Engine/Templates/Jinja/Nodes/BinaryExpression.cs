using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>An arithmetic operator between two values.</summary>
internal sealed class BinaryExpression(TemplatePosition position, string sign, Expression left, Expression right) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value a = left.Evaluate(scope), b = right.Evaluate(scope);
        return sign switch
        {
            "+" => Operators.Add(a, b),
            "-" => Operators.Subtract(a, b),
            "*" => Operators.Multiply(a, b),
            "/" => Operators.Divide(a, b),
            "//" => Operators.FloorDivide(a, b),
            "%" => Operators.Modulo(a, b),
            _ => Operators.Power(a, b),
        };
    }
}
