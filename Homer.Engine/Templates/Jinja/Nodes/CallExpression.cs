using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A call of a function, method or macro.</summary>
internal sealed class CallExpression(TemplatePosition position, Expression function, ArgumentList arguments) : Expression(position)
{
    /// <summary>Calls with a block as the named argument <c>caller</c>.</summary>
    public Value Call(Scope scope, Value caller)
    {
        Value called = function.Evaluate(scope);
        Arguments given = arguments.Evaluate(scope);
        return called.Call(given with { Named = [.. given.Named, new("caller", caller)] });
    }

    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value called = function.Evaluate(scope);
        return called.Call(arguments.Evaluate(scope));
    }
}
